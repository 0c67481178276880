// SPDX-License-Identifier: MIT
// tally-gil-model: `num += 1` on real threads, under the model of one generation of interpreters.
//
// Prints the final number and what was lost. With --runs it goes on until a run loses updates, so
// often at most. Exit code 0 if that is what the generation allows; 1 if a number that must be
// right is wrong, or if none of the runs lost anything; 2 for a wrong command line.
#include <cinttypes>
#include <cstdio>
#include <latch>
#include <string>

#include "counters/interpreter/generations.hpp"
#include "kit/command_line.hpp"
#include "kit/program.hpp"
#include "machines/native.hpp"

namespace {

using machine = tally::native<tally::waiting::park>;

struct request {
    std::string generation;
    std::string program;
    unsigned threads = 5;
    std::uint64_t increments = 10'000;
    unsigned until_lost = 0;  // runs at most; 0: one run, whatever it loses
};

template <class Counter>
std::uint64_t lost_in_one_run(const request& asked) {
    // The switches come as often as can be: what is looked for is what a switch can do.
    Counter counter(tally::interpreter::pace{.every = 0, .interval = 1'000});
    std::latch line(asked.threads);
    machine::team::run(asked.threads, [&](unsigned) {
        typename Counter::node mine;
        line.arrive_and_wait();
        counter.add(mine, asked.increments);
    });
    const std::uint64_t expected = asked.threads * asked.increments;
    const std::uint64_t counted = counter.read();
    std::printf("final number %" PRIu64 " of %" PRIu64 ", lost %" PRIu64 "\n", counted, expected,
                expected - counted);
    return expected - counted;
}

template <class Counter>
int run(const request& asked) {
    std::uint64_t lost = lost_in_one_run<Counter>(asked);
    if (asked.until_lost == 0) return lost == 0 || !Counter::traits.exact ? 0 : 1;
    for (unsigned done = 1; lost == 0 && done < asked.until_lost; ++done)
        lost = lost_in_one_run<Counter>(asked);
    return lost != 0 ? 0 : 1;
}

// Which there are, and what each does to updates.
int list() {
    tally::interpreter::for_each_pair([&]<class Generation, class Program>() {
        std::printf("%-14.*s %-8.*s %-22.*s %s\n", static_cast<int>(Generation::name.size()),
                    Generation::name.data(), static_cast<int>(Program::name.size()),
                    Program::name.data(), static_cast<int>(Program::source.size()),
                    Program::source.data(),
                    Generation::template loses<Program> ? "may lose updates" : "exact");
    });
    return 0;
}

int program(int argc, char** argv) {
    namespace kit = tally::kit;
    request asked;
    bool only_list = false;
    kit::command_line line("tally-gil-model",
                           "num += 1 on real threads, under the model of one generation of "
                           "interpreters.");
    line.optional_word("generation", kit::text(asked.generation), "of interpreters (--list)");
    line.optional_word("program", kit::text(asked.program), "what its threads run (--list)");
    line.flag("--list", only_list, "generations and programs, and what each may do");
    line.option("--threads", kit::number(asked.threads, 1, 64), "how many threads");
    line.option("--increments", kit::number(asked.increments, 1, 1'000'000'000), "per thread");
    line.option("--runs", kit::number(asked.until_lost, 1, 10'000),
                "run at most this many times, until a run has lost updates (default: once)");
    if (!line.parse(argc, argv)) return 0;
    if (only_list) return list();
    int status = -1;
    tally::interpreter::for_each_pair([&]<class Generation, class Program>() {
        if (asked.generation == Generation::name && asked.program == Program::name)
            status = run<tally::interpreted<machine, Generation, Program>>(asked);
    });
    if (status < 0)
        throw kit::bad_input("there is no generation '" + asked.generation + "' with program '" +
                             asked.program + "'; --list names them");
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-gil-model", program, argc, argv);
}
