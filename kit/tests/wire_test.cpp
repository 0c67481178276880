// SPDX-License-Identifier: MIT
#include "kit/wire.hpp"

#include <cstdint>

#include "kit/catch2.hpp"

using namespace tally::kit;

namespace {

enum class colour : std::uint32_t { red, green };

struct place {
    std::string folder;
    std::string label;
    static void fields(auto& of, auto&& field) {
        field("folder", of.folder);
        field("label", of.label);
    }
};

struct call {
    place where;
    colour shade = colour::red;
    int cpu = -1;
    std::uint64_t many = 0;
    bool warm = false;
    static void fields(auto& of, auto&& field) {
        field("where", of.where);
        field("shade", of.shade);
        field("cpu", of.cpu);
        field("many", of.many);
        field("warm", of.warm);
    }
};

}  // namespace

TEST_CASE("what is written in words is read from them in any order") {
    const call told{{"/a folder=b", ""}, colour::green, -1, UINT64_MAX, true};
    auto words = to_words(told);
    CHECK(words == std::vector<std::string>{"folder=/a folder=b", "label=", "shade=1", "cpu=-1",
                                            "many=18446744073709551615", "warm=1"});
    std::swap(words.front(), words.back());
    const auto heard = from_words<call>(words);
    CHECK(heard.where.folder == told.where.folder);
    CHECK(heard.where.label.empty());
    CHECK(heard.shade == told.shade);
    CHECK(heard.cpu == told.cpu);
    CHECK(heard.many == told.many);
    CHECK(heard.warm == told.warm);
}

TEST_CASE("a word that is missing or no value is named") {
    auto words = to_words(call{});
    words[3] = "cpu=two";
    CHECK_THROWS_WITH(from_words<call>(words), "cpu=two is not a number");
    words.erase(words.begin() + 3);
    CHECK_THROWS_WITH(from_words<call>(words), "there is no cpu=");
}
