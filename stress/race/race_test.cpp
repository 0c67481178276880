// SPDX-License-Identifier: MIT
// The race is in the program: counted, not hoped.
#include <sched.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kit/catch2.hpp"
#include "kit/child.hpp"
#include "stress/race/distribution.hpp"

namespace {

using namespace tally;
using namespace tally::stress;

kit::child_result race(const std::vector<std::string>& arguments, const char* reported = "1") {
    std::vector<std::string> command{TALLY_RACE};
    command.insert(command.end(), arguments.begin(), arguments.end());
    // Under ThreadSanitizer the race is reported, as it should be; here it is the count that
    // counts.
    return kit::run_child(
        command, {.environment = {"TSAN_OPTIONS=exitcode=0 report_bugs=" + std::string(reported)},
                  .limit = std::chrono::seconds(200)});
}

unsigned long number_after(const std::string& text, const std::string& words) {
    const auto at = text.find(words);
    REQUIRE(at != std::string::npos);
    return std::stoul(text.substr(at + words.size()));
}

unsigned long losing_runs(const kit::child_result& seen) {
    return number_after(seen.output, "runs that lost updates: ");
}

// What is started meanwhile has one CPU for all of its threads.
class on_one_cpu {
public:
    on_one_cpu() {
        REQUIRE(sched_getaffinity(0, sizeof before_, &before_) == 0);
        int first = 0;
        while (!CPU_ISSET(first, &before_))
            ++first;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(first, &one);
        REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    }
    ~on_one_cpu() { sched_setaffinity(0, sizeof before_, &before_); }
    on_one_cpu(const on_one_cpu&) = delete;
    on_one_cpu& operator=(const on_one_cpu&) = delete;

private:
    cpu_set_t before_;
};

unsigned times(const std::string& text, const std::string& part) {
    unsigned seen = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++seen;
    return seen;
}

}  // namespace

TEST_CASE("the race is in the binary: updates are lost with five threads of ten thousand") {
    // Ten thousand take some 20 us: on a busy machine five threads may well take turns at that,
    // one after the other, in every run of twenty.
    kit::child_result seen;
    for (int tries = 0; tries == 0 || (tries != 30 && losing_runs(seen) == 0); ++tries) {
        seen = race({"--runs", "20"});
        INFO(seen.output);
        REQUIRE(seen.exit_code == 0);
    }
    INFO(seen.output);
    CHECK(losing_runs(seen) >= 1);
    CHECK(number_after(seen.output, "updates lost: ") >= 1);
    CHECK(seen.output.find("a load, an addition and a store") != std::string::npos);
}

TEST_CASE("without a lock a loss is shown, in whichever run it comes") {
    if (std::thread::hardware_concurrency() < 2) return;  // they may take turns for ever
    // Many a first run is exact; the more the busier the machine.
    for (int tries = 0; tries != 40; ++tries) {
        const auto seen = race({});
        INFO(seen.output);
        CHECK(seen.exit_code == 0);
        const auto last = seen.output.rfind("final number: ");
        REQUIRE(last != std::string::npos);
        CHECK(number_after(seen.output.substr(last), "updates lost: ") >= 1);
        CHECK(seen.output.find("Why: ") != std::string::npos);
        if (times(seen.output, "final number: ") == 2)
            CHECK(number_after(seen.output.substr(0, last), "\nrun ") >= 2);
    }
}

TEST_CASE("the runs without a loss have an end") {
    // One increment each on one CPU: they hardly ever meet.
    const on_one_cpu meanwhile;
    const auto seen = race({"--threads", "2", "--increments", "1"});
    INFO(seen.output);
    CHECK(seen.exit_code == 0);
    if (seen.output.find("Why: ") == std::string::npos)
        CHECK(seen.output.find("Nothing was lost in 1000 runs. That is luck") != std::string::npos);
    // Asked for one, it makes one.
    const auto asked = race({"--runs", "1", "--increments", "1"});
    CHECK(times(asked.output, "final number: ") == 1);
}

TEST_CASE("each thread's start and end are printed and the final number after them") {
    const auto seen = race({"--threads", "3", "--increments", "100"});
    INFO(seen.output);
    CHECK(seen.exit_code == 0);
    CHECK(times(seen.output, " starts\n") == 3);
    CHECK(times(seen.output, " ends\n") == 3);
    CHECK(seen.output.find("final number: ") > seen.output.rfind(" ends\n"));
}

TEST_CASE("with a lock the number is exact") {
    // A queue of five threads on two busy CPUs may cost a scheduler's slice for each increment.
    for (const auto& [lock, increments] :
         {std::pair{"std_mutex", "10000"}, std::pair{"mcs", "500"}, std::pair{"mcs/yield", "500"},
          std::pair{"ttas/spin", "10000"}}) {
        const auto seen = race({"--strategy", lock, "--increments", increments, "--runs", "3"});
        INFO(seen.output);
        CHECK(seen.exit_code == 0);
        CHECK(number_after(seen.output, "updates lost: ") == 0);
    }
}

TEST_CASE("bad input gets one line that names the nearest and exit code 2") {
    for (const auto& [arguments, wanted] :
         {std::pair{std::vector<std::string>{"--strategy", "std_mutx"}, "near it: std_mutex"},
          std::pair{std::vector<std::string>{"--thread", "2"}, "did you mean --threads"},
          std::pair{std::vector<std::string>{"--strategy", ""}, "--strategy: its value is empty"},
          std::pair{std::vector<std::string>{"fast"}, "'fast' is not expected here"},
          std::pair{std::vector<std::string>{"--threads", "0"}, "--threads"},
          std::pair{std::vector<std::string>{"--threads", "100000"}, "--threads"},
          std::pair{std::vector<std::string>{"--runs", "many"}, "--runs"}}) {
        const auto seen = race(arguments);
        INFO(seen.output);
        CHECK(seen.exit_code == 2);
        CHECK(seen.output.find(wanted) != std::string::npos);
        CHECK(times(seen.output, "\n") == 1);
    }
}

TEST_CASE("what is said of the outcome is true of it") {
    const auto alone = race({"--threads", "1", "--increments", "10"});
    INFO(alone.output);
    CHECK(alone.output.find("1 thread adds 1 to one number, 10 times, with no lock") == 0);
    CHECK(alone.output.find("luck") == std::string::npos);

    // Whether it was asked for by name or not, it is no lock. Of one and of many, so that it is
    // seen without a loss and with one.
    for (const char* increments : {"1", "100000"}) {
        const auto racy = race({"--strategy", "racy", "--increments", increments});
        INFO(racy.output);
        CHECK(racy.exit_code == 0);
        CHECK(racy.output.find(", with no lock\n") != std::string::npos);
        CHECK(racy.output.find("protected") == std::string::npos);
        CHECK(racy.output.find("Nothing is lost") == std::string::npos);
    }

    // Exact, and no lock either.
    const auto counter = race({"--strategy", "fetch_add", "--increments", "10"});
    INFO(counter.output);
    CHECK(counter.output.find("5 threads add 1 to one number, 10 times each, by fetch_add\n") == 0);
    CHECK(counter.output.find("no other gets in") == std::string::npos);

#if defined(TALLY_HAS_SPECIMENS)
    // Broken on purpose, whether that shows or not.
    const auto broken = race({"--strategy", "claims_fifo", "--increments", "10"});
    INFO(broken.output);
    CHECK(broken.exit_code == 0);
    CHECK(broken.output.find("broken") != std::string::npos);
    CHECK(broken.output.find("protected") == std::string::npos);
    CHECK(broken.output.find("no other gets in") == std::string::npos);
#endif

    // The cost floor counts nothing, which is no race.
    const auto floor = race({"--strategy", "empty", "--increments", "10"});
    INFO(floor.output);
    CHECK(floor.exit_code == 0);
    CHECK(floor.output.find("empty counts nothing") != std::string::npos);
    CHECK(floor.output.find("Why: ") == std::string::npos);
}

TEST_CASE("no line is longer than a terminal is wide") {
    for (const auto& arguments : {
             std::vector<std::string>{"--help"}, std::vector<std::string>{},
#if defined(TALLY_HAS_SPECIMENS)
                 std::vector<std::string>{"--strategy", "forgetful"},
#endif
                 std::vector<std::string> {
                 "--runs", "5", "--increments", "1000000"
             }
         }) {
        // The sanitizer's own lines are as long as it likes.
        const auto seen = race(arguments, "0");
        INFO(seen.output);
        CHECK(seen.exit_code == 0);
        std::size_t columns = 0;
        for (const char letter : seen.output) {
            columns = letter == '\n' ? 0 : columns + 1;
            REQUIRE(columns <= 80);
        }
    }
}

TEST_CASE("the right number has a line of its own in the distribution") {
    const std::string text = distribution({100, 104, 140, 199, 200, 200}, 200);
    INFO(text);
    CHECK(text.find("      200  2 #") != std::string::npos);
    CHECK(text.find(" - 199  1 #") != std::string::npos);
    CHECK(text.find(" - 200") == std::string::npos);
    CHECK(times(text, "\n") <= 10);
    CHECK(distribution({7, 7, 7}, 7) == distribution({7, 7, 7}, 9));
}

TEST_CASE("the distribution shows every value and fits eighty columns") {
    CHECK(distribution({}, 0).empty());
    CHECK(distribution({7, 7}, 7).find("7  2 #") != std::string::npos);
    std::vector<std::uint64_t> values;
    for (std::uint64_t i = 0; i != 1000; ++i)
        values.push_back(1'000'000'000'000 + i * i);
    values.push_back(2'000'000'000'000);
    const std::string text = distribution(values, 3'000'000'000'000);
    CHECK(times(text, "\n") <= 10);
    unsigned columns = 0;
    for (const char letter : text) {
        columns = letter == '\n' ? 0 : columns + 1;
        REQUIRE(columns < 80);
    }
    CHECK(text.find(" 1 #") != std::string::npos);
}
