// tally-interpreted: `num += 1` on real threads, under the model of one generation.
//
//   tally-interpreted                                      lists generations and programs
//   tally-interpreted GENERATION PROGRAM [THREADS] [INCREMENTS] [RUNS]
//
// Prints the final number and what was lost. With RUNS it goes on until a run loses updates, RUNS
// times at most. Exit status 0 if that is what the generation allows; 1 if a number that must be
// right is wrong, or if none of RUNS lost anything; 2 for a wrong command line.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <string_view>

#include "counters/interpreter/generations.hpp"
#include "machines/native.hpp"

namespace {

using machine = tally::native<tally::waiting::park>;

struct request {
    std::string_view generation;
    std::string_view program;
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

bool number(const char* text, unsigned long long most, unsigned long long& into) {
    char* end = nullptr;
    into = std::strtoull(text, &end, 10);
    return *text != '-' && end != text && *end == '\0' && into >= 1 && into <= most;
}

}  // namespace

int main(int argc, char** argv) {
    request asked;
    if (argc > 1) asked.generation = argv[1];
    if (argc > 2) asked.program = argv[2];
    unsigned long long value = 0;
    if (argc > 3) {
        if (!number(argv[3], 64, value)) {
            std::fprintf(stderr, "tally-interpreted: THREADS is '%s': use 1 to 64\n", argv[3]);
            return 2;
        }
        asked.threads = static_cast<unsigned>(value);
    }
    if (argc > 4) {
        if (!number(argv[4], 1'000'000'000, value)) {
            std::fprintf(stderr, "tally-interpreted: INCREMENTS is '%s': use 1 to 1000000000\n",
                         argv[4]);
            return 2;
        }
        asked.increments = value;
    }

    if (argc > 5) {
        if (!number(argv[5], 10'000, value)) {
            std::fprintf(stderr, "tally-interpreted: RUNS is '%s': use 1 to 10000\n", argv[5]);
            return 2;
        }
        asked.until_lost = static_cast<unsigned>(value);
    }

    int status = -1;
    tally::interpreter::for_each_pair([&]<class Generation, class Program>() {
        if (argc == 1)
            std::printf("%-14.*s %-8.*s %-22.*s %s\n", static_cast<int>(Generation::name.size()),
                        Generation::name.data(), static_cast<int>(Program::name.size()),
                        Program::name.data(), static_cast<int>(Program::source.size()),
                        Program::source.data(),
                        Generation::template loses<Program> ? "may lose updates" : "exact");
        else if (asked.generation == Generation::name && asked.program == Program::name)
            status = run<tally::interpreted<machine, Generation, Program>>(asked);
    });
    if (argc == 1) return 0;
    if (status < 0)
        std::fprintf(stderr,
                     "tally-interpreted: no generation '%s' with program '%s'; without arguments "
                     "it lists them\n",
                     argv[1], argc > 2 ? argv[2] : "");
    return status < 0 ? 2 : status;
}
