// SPDX-License-Identifier: MIT
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "bench/interpreters/found.hpp"
#include "bench/interpreters/responses.hpp"
#include "bench/interpreters/workloads.hpp"
#include "kit/catch2.hpp"

namespace {

using namespace tally::interpreters;
namespace fs = std::filesystem;

// A folder that goes when the test ends.
class scratch {
public:
    scratch() {
        std::string pattern = (fs::temp_directory_path() / "tally-interpreters-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~scratch() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    std::string script(const std::string& name, const std::string& text) const {
        const fs::path file = folder_ / name;
        std::ofstream(file) << "#!/bin/sh\n" << text << '\n';
        chmod(file.c_str(), 0755);
        return file.string();
    }
    const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
};

const row* named(const std::vector<row>& rows, const std::string& name) {
    for (const auto& one : rows)
        if (one.name == name) return &one;
    return nullptr;
}

}  // namespace

TEST_CASE("what is no interpreter is refused with its own last words") {
    const scratch place;
    search_result known;
    std::string reason;
    CHECK_FALSE(add_named(known, (place.folder() / "missing").string(), reason));
    CHECK(reason == "is not a program that can be run");
    CHECK_FALSE(add_named(known, place.script("liar", "echo no good >&2; exit 1"), reason));
    CHECK(reason == "is not a Python interpreter: no good");
    CHECK(known.found.empty());
}

TEST_CASE("an interpreter under two names is found once, and two builds are told apart") {
    const scratch place;
    const auto build = [&](const std::string& path) {
        return place.script(path,
                            "echo '{\"implementation\": \"Fake\", \"major\": 3, \"minor\": 9, "
                            "\"version\": \"3.9.1\", \"free_threaded\": false, \"gil\": true, "
                            "\"executable\": \"/opt/" +
                                path + "\"}'");
    };
    search_result known;
    std::string reason;
    const std::string one = build("one");
    CHECK(add_named(known, one, reason));
    CHECK(add_named(known, one, reason));
    CHECK(add_named(known, build("two"), reason));
    REQUIRE(known.found.size() == 2);
    CHECK(known.found[0].name == "fake-3.9.1");
    CHECK(known.found[1].name == "fake-3.9.1.2");
}

TEST_CASE("a version manager's folder is looked through") {
    const scratch place;
    fs::create_directories(place.folder() / "versions/3.9.9/bin");
    place.script("versions/3.9.9/bin/python",
                 "echo '{\"implementation\": \"Managed\", \"version\": \"3.9.9\", \"executable\": "
                 "\"/opt/managed\"}'");
    place.script("python3", "echo broken >&2; exit 7");
    setenv("PYENV_ROOT", place.folder().c_str(), 1);
    setenv("PATH", place.folder().c_str(), 1);
    setenv("HOME", place.folder().c_str(), 1);
    const auto known = search();
    REQUIRE(known.found.size() == 1);
    CHECK(known.found[0].name == "managed-3.9.9");
    REQUIRE(known.notes.size() == 1);
    CHECK(known.notes[0].find("is not a Python interpreter: broken") != std::string::npos);
}

TEST_CASE("the answer to each question is timed") {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    REQUIRE(pipe(to.data()) == 0);
    REQUIRE(pipe(from.data()) == 0);
    std::thread answering([&] {
        char byte = 0;
        for (int count = 0; count != 5 && read(to[0], &byte, 1) == 1; ++count) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            if (write(from[1], &byte, 1) != 1) break;
        }
        close(from[1]);
    });
    // Two questions more than are answered: their missing is seen.
    const auto waits = ask({.to = to[1], .from = from[0], .questions = 7, .rest = 10'000});
    close(to[1]);
    answering.join();
    close(to[0]);
    close(from[0]);
    REQUIRE(waits.size() == 5);
    CHECK(quantile(waits, 0) >= 2'000'000);
}

TEST_CASE("a quantile is the nearest rank") {
    CHECK(quantile({}, 0.5) == 0);
    CHECK(quantile({5, 1, 3}, 0.5) == 3);
    CHECK(quantile({5, 1, 3}, 0.99) == 5);
    CHECK(quantile({4, 3, 2, 1}, 0.5) == 2);
}

TEST_CASE("speed-up is over one thread of the same repetition") {
    std::vector<row> rows{
        {.name = "x/threads:1", .workers = 1, .figures = {{"rounds_per_second", 10}}},
        {.name = "x/threads:2", .workers = 2, .figures = {{"rounds_per_second", 15}}},
        {.name = "y/threads:2", .workers = 2, .figures = {{"rounds_per_second", 99}}}};
    add_speed_up(rows);
    REQUIRE(named(rows, "x/threads:2")->find("speed_up") != nullptr);
    CHECK(*named(rows, "x/threads:2")->find("speed_up") == 1.5);
    CHECK(named(rows, "y/threads:2")->find("speed_up") == nullptr);
}

TEST_CASE("pairs bring a speed-up of their own") {
    std::vector<row> rows{
        {.name = "x/threads:1", .workers = 1, .figures = {{"rounds_per_second", 10}}},
        {.name = "x/threads:2",
         .workers = 2,
         .figures = {{"rounds_per_second", 15}, {"speed_up", 0.9}}}};
    add_speed_up(rows);
    CHECK(*named(rows, "x/threads:2")->find("speed_up") == 0.9);
}

TEST_CASE("who is compared is measured in turn, case by case") {
    const auto real = model_of_cpython_3_2({});
    const auto model = model_of_cpython_3_10({});
    const std::vector<one_case> of_real{{.name = "a/" + real->name() + "/threads:1"},
                                        {.name = "b/" + real->name()}};
    const std::vector<one_case> of_model{{.name = "only/" + model->name()},
                                         {.name = "b/" + model->name()},
                                         {.name = "a/" + model->name() + "/threads:1"}};
    std::vector<std::string> names;
    for (const turn& next : in_turn({{{real.get(), &of_real}, {model.get(), &of_model}}})) {
        names.push_back(next.what->name);
        const auto& own = next.who == real.get() ? of_real : of_model;
        CHECK(next.what >= own.data());
        CHECK(next.what < own.data() + own.size());
    }
    CHECK(names == std::vector<std::string>{of_real[0].name, of_model[2].name, of_real[1].name,
                                            of_model[1].name, of_model[0].name});
}

TEST_CASE("threads that are put together share one CPU") {
    const auto free = model_of_no_lock({});
    const auto results = free->run_in_turn({.program = "compute",
                                            .threads = {1, 2, 3},
                                            .increments = 300'000,
                                            .where = placement::together});
    REQUIRE(results.size() == 3);
    for (const counted& one : results) {
        CHECK(one.error.empty());
        // Nothing keeps them from two CPUs but that. The rest is the coming and going of threads.
        CHECK(one.cpu_nanoseconds < 1.3 * one.nanoseconds);
    }
}

TEST_CASE("every number of a pair is right") {
    const auto recent = model_of_cpython_3_10({});
    const auto results = recent->run_in_turn({.program = "plain",
                                              .threads = {1, 2, 2, 1},
                                              .increments = 20'000,
                                              .where = placement::apart});
    REQUIRE(results.size() == 4);
    for (std::size_t run = 0; run != 4; ++run)
        CHECK(results[run].number == (run == 1 || run == 2 ? 40'000 : 20'000));
}

TEST_CASE("an interpreter that answers too few runs is an error and no row") {
    const scratch place;
    const auto build = [&](const std::string& answers) {
        installed fake;
        fake.name = "fake";
        fake.path = place.script("fake", answers);
        return real(fake, 10)->run_in_turn(
            {.program = "compute", .threads = {1, 2}, .increments = 1});
    };
    const std::string line = "echo '{\"number\": 0, \"seconds\": 0.5, \"switches\": 7}'";
    const auto both = build(line + "; " + line);
    REQUIRE(both.size() == 2);
    CHECK(both[1].error.empty());
    CHECK(both[1].nanoseconds == 0.5e9);
    CHECK(both[1].switches == 7);
    CHECK(build(line).back().error == "its answer is not what counter.py prints");
    CHECK(build(line + "; " + line + "; echo no CPU 9 >&2; exit 1").back().error == "no CPU 9");
}

TEST_CASE("a model counts exactly where its generation does") {
    const auto recent = model_of_cpython_3_10({});
    CHECK(recent->of("plain") == fate::exact);
    CHECK(recent->of("call") == fate::may_lose);
    const auto result = recent->count("plain", 3, 20'000, true);
    CHECK(result.error.empty());
    CHECK(result.number == 60'000);
    CHECK(model_of_cpython_3_2({})->of("plain") == fate::may_lose);
    CHECK(model_of_cpython_2({})->of("locked") == fate::exact);
}

TEST_CASE("a model answers beside a thread that computes after about an interval") {
    constexpr std::uint64_t interval = 2'000'000;
    const auto result = model_of_cpython_3_10({})->respond(1, interval, 10);
    CHECK(result.error.empty());
    REQUIRE(result.waits.size() == 10);
    // Never much earlier: the holder is asked when the interval has passed. The best of ten,
    // for a busy machine is late as often as it likes.
    CHECK(quantile(result.waits, 0.5) >= interval * 9 / 10);
    const auto urgent = model_of_fair_io({})->respond(1, interval, 10);
    REQUIRE(urgent.waits.size() == 10);
    CHECK(quantile(urgent.waits, 0) < interval / 2);
}
