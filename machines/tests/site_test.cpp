// SPDX-License-Identifier: MIT
#include "machines/site.hpp"

#include <string_view>

#include "kit/catch2.hpp"

namespace {

struct word {
    tally::site load(tally::site from = tally::site::here()) const { return from; }
    template <class Predicate>
    tally::site await(Predicate, tally::site from = tally::site::here()) const {
        return from;
    }
};

// Written as a lock is: against a machine, so that the calls stand in a template.
template <class Word>
struct lock {
    Word a, b;
    bool two_on_one_line() {
        const tally::site sites[] = {a.load(), a.load(), b.load()};
        return sites[0].line == sites[1].line && sites[0].column != sites[1].column &&
               sites[1].column != sites[2].column;
    }
};

}  // namespace

TEST_CASE("a defaulted site is where the call stands") {
    const word w;
    const tally::site first = w.load();
    const tally::site second = w.await([](int now) { return now == 1; });
    CHECK(second.line == first.line + 1);
    CHECK(std::string_view(first.file).find("site_test.cpp") != std::string_view::npos);
}

TEST_CASE("two accesses on one line are two sites") { CHECK(lock<word>{}.two_on_one_line()); }
