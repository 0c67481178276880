// SPDX-License-Identifier: MIT
// tally-race: the classic program. A few threads add one to the same number, ten thousand times
// each, with nothing around it, and the number comes out too small. With --strategy it is exact.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "kit/columns.hpp"
#include "kit/command_line.hpp"
#include "kit/exit_codes.hpp"
#include "kit/judge.hpp"
#include "kit/nearest.hpp"
#include "kit/output.hpp"
#include "machines/left_out.hpp"
#include "stress/catalogue.hpp"
#include "stress/line_up.hpp"
#include "stress/race/distribution.hpp"

namespace {

using namespace tally;
using namespace tally::stress;

struct options {
    unsigned threads = 5;
    std::uint64_t increments = 10'000;
    std::optional<unsigned> runs;  // none: one, or as many as show what is there to be shown
    std::string strategy = "racy";
};

class told : public classic {
public:
    told(const options& from, bool aloud) : classic(from.threads, from.increments), aloud_(aloud) {}

    void start(unsigned thread) noexcept override {
        if (aloud_) std::printf("thread %u starts\n", thread + 1);
        line_.line_up(threads);
    }
    void end(unsigned thread) noexcept override {
        if (aloud_) std::printf("thread %u ends\n", thread + 1);
    }

private:
    const bool aloud_;
    starting_line line_;
};

// "mcs/park" is what it says; "mcs" parks if it can, since the threads are more than the CPUs of
// many machines.
const strategy& find(const catalogue& all, const std::string& typed) {
    const strategy* found = nullptr;
    std::vector<std::string> names;
    for (const strategy& each : all.strategies) {
        names.emplace_back(each.what.name);
        names.push_back(each.name());
        if (each.name() == typed) return each;
        if (each.what.name == typed && (found == nullptr || each.waiting == "park")) found = &each;
    }
    if (found != nullptr) return *found;
    for (const auto& absent : left_out())
        if (absent.name == typed)
            throw kit::bad_input("--strategy: '" + typed +
                                 "' was left out of this build: " + std::string(absent.reason));
    throw kit::bad_input("--strategy: there is no '" + typed +
                         "'; near it: " + kit::nearest(typed, names));
}

// Runs of a number with no lock, at most, until one has shown a loss: some take turns by chance.
constexpr unsigned most_until_lost = 1000;

const char* why =
    "Why: n += 1 is a load, an addition and a store; a thread that loads before\n"
    "another has stored adds to the old number, and one of the two updates is lost.\n";

// What stands between the threads and the number, which decides what may be said of the outcome.
enum class protection {
    none,     // a control: nothing, and it is there to show what that does
    lock,     //
    counter,  // it is exact by itself
    broken,   // a specimen: whether it protects is the question
    no_count  // the cost floor: no claim is made of it, and its count is not checked anywhere
};

protection protection_by(const strategy& who) {
    if (who.control) return protection::none;
    if (who.claims.empty()) return protection::no_count;
    if (who.specimen && who.specimen->breaks != breakage::nothing) return protection::broken;
    const bool is_lock = std::any_of(who.claims.begin(), who.claims.end(),
                                     [](const claim_entry& each) { return each.lock != nullptr; });
    return is_lock ? protection::lock : protection::counter;
}

// Behind "5 threads add 1 to one number, 10000 times each, ".
std::string how(const strategy& who) {
    switch (protection_by(who)) {
        case protection::none: return "with no lock";
        case protection::lock: return "protected by " + who.name();
        case protection::counter: return "by " + std::string(who.what.name);
        case protection::broken: return "behind " + who.name() + ", which is broken";
        case protection::no_count: return "by " + std::string(who.what.name);
    }
    return "";
}

// What follows from how it came out, in lines that fit a terminal.
std::string conclusion(const strategy& who, unsigned threads, unsigned runs, bool lost) {
    const auto kind = protection_by(who);
    const std::string name{who.what.name};
    if (kind == protection::no_count)
        return name + " counts nothing: it shows what the loop itself costs.\n";
    if (kind == protection::broken)
        return (lost ? why : "Nothing was lost, and the lock is broken all the same.\n") +
               kit::fit_columns(name + ": " + std::string(who.specimen->how) + ".");
    if (lost) return why;
    if (threads == 1) return "Nothing is lost: there is no other thread to come in between.\n";
    if (kind == protection::lock)
        return "Nothing is lost: between one thread's load and its store no other gets in.\n";
    if (kind == protection::counter)
        return "Nothing is lost: " + name + " is exact without a lock.\n";
    return kit::fit_columns("Nothing was lost " +
                            (runs == 1 ? "this time" : "in " + std::to_string(runs) + " runs") +
                            ". That is luck: the program is wrong all the same. More --increments "
                            "leave less to luck.");
}

void say_final(std::uint64_t final, std::uint64_t expected) {
    std::printf("final number: %llu of %llu; updates lost: %llu\n",
                static_cast<unsigned long long>(final), static_cast<unsigned long long>(expected),
                static_cast<unsigned long long>(expected - final));
}

std::uint64_t run_one(const strategy& who, told& program, std::size_t number) {
    kit::now_trying("run " + std::to_string(number) + " of " + who.name());
    return who.run_classic(program);
}

// One run, thread by thread; and where nothing protects the number, others until one has lost.
std::vector<std::uint64_t> show(const options& with, const strategy& who, std::uint64_t expected) {
    told first(with, true);
    std::vector<std::uint64_t> finals{run_one(who, first, 1)};
    say_final(finals.back(), expected);
    const bool may_take_turns = protection_by(who) == protection::none && with.threads != 1;
    if (with.runs || !may_take_turns || finals.back() != expected) return finals;
    std::printf("Nothing was lost this time: the threads took turns. Running it again.\n");
    while (finals.back() == expected && finals.size() != most_until_lost) {
        told next(with, false);
        finals.push_back(run_one(who, next, finals.size() + 1));
    }
    std::printf("run %zu: ", finals.size());
    say_final(finals.back(), expected);
    return finals;
}

// So many, and how the number came out over them.
std::vector<std::uint64_t> repeat(const options& with, const strategy& who,
                                  std::uint64_t expected) {
    std::vector<std::uint64_t> finals;
    std::uint64_t lost = 0;
    for (unsigned run = 0; run != *with.runs; ++run) {
        told program(with, false);
        finals.push_back(run_one(who, program, run + 1));
        lost += expected - finals.back();
    }
    const auto wrong =
        std::count_if(finals.begin(), finals.end(), [&](auto each) { return each != expected; });
    std::printf("the final number over %u runs (right: %llu):\n%s", *with.runs,
                static_cast<unsigned long long>(expected), distribution(finals, expected).c_str());
    std::printf("runs that lost updates: %lld of %u; updates lost: %llu\n",
                static_cast<long long>(wrong), *with.runs, static_cast<unsigned long long>(lost));
    return finals;
}

int run(const options& with, const strategy& who) {
    const std::uint64_t expected = with.threads * with.increments;
    const std::string heading = std::to_string(with.threads) +
                                (with.threads == 1 ? " thread adds" : " threads add") +
                                " 1 to one number, " + std::to_string(with.increments) +
                                (with.increments == 1 ? " time" : " times") +
                                (with.threads == 1 ? ", " : " each, ") + how(who);
    std::printf("%s", kit::fit_columns(heading).c_str());
    const auto finals =
        with.runs.value_or(1) == 1 ? show(with, who, expected) : repeat(with, who, expected);
    const bool lost =
        std::any_of(finals.begin(), finals.end(), [&](auto each) { return each != expected; });
    std::printf("%s",
                conclusion(who, with.threads, static_cast<unsigned>(finals.size()), lost).c_str());
    const auto kind = protection_by(who);
    const bool must_not = kind == protection::lock || kind == protection::counter;
    return lost && must_not ? kit::exit_refuted : 0;
}

int program(int argc, char** argv) {
    // Threads print as they go: a line at a time, wherever the output goes.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    catalogue all;
    fill(all);
    options with;
    kit::command_line line("tally-race",
                           "The classic race: threads that add one to the same "
                           "number, with or without a lock.");
    line.option("--strategy,--lock", kit::text(with.strategy, "NAME"),
                "protect the number: 'mcs', or 'mcs/spin', 'mcs/yield' ...");
    line.option("--threads", kit::number(with.threads, 1, 1024), "how many threads");
    line.option("--increments", kit::number(with.increments, 1, 1'000'000'000), "per thread");
    line.option("--runs", kit::number(with.runs, 1, 1'000'000),
                "run this many times, and show the final numbers (default: once; without a lock, "
                "until a run has lost updates)");
    if (!line.parse(argc, argv)) return 0;
    return run(with, find(all, with.strategy));
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_judged("tally-race", program, argc, argv);
}
