// SPDX-License-Identifier: MIT
// tally-checked-fuzz --seeds FROM:TO [--mixture NAME] [--largest EXECUTIONS] [--broken N]
//
// The reduced search against the plain one, on the programs of these seeds (TO is not drawn), each
// mixture at each pair of bounds that matters to it. Without --seeds, 40 seeds that nobody chose,
// which are printed. Ends with 1, and a line for each, where the searches disagree. Nearly all of
// the time goes into programs that turn out to be too large for the plain search: --largest 300
// leaves those sooner, for many more programs in the same time.
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "kit/command_line.hpp"
#include "kit/program.hpp"
#include "machines/checked/tests/random_programs.hpp"

namespace {

using namespace tally::model;
using namespace tally::model::tests;

struct seeds {
    std::uint32_t from;
    std::uint32_t to;
};

tally::kit::value range(seeds& into) {
    return {"FROM:TO", "40 that nobody chose", false,
            [&into](const std::string& name, const std::string& typed) {
                const auto colon = typed.find(':');
                if (colon == std::string::npos)
                    throw tally::kit::bad_input(name + " needs FROM:TO, as 1:1000, got '" + typed +
                                                "'");
                using tally::kit::whole_number;
                into.from = static_cast<std::uint32_t>(
                    whole_number(name, typed.substr(0, colon), 0, UINT32_MAX - 1));
                into.to = static_cast<std::uint32_t>(
                    whole_number(name, typed.substr(colon + 1), into.from + 1ULL, UINT32_MAX));
            }};
}

int fuzz(int argc, char** argv) {
    const std::uint32_t fresh = std::random_device{}() / 2;
    seeds tried{fresh, fresh + 40};
    std::string only;
    unsigned broken = 0;
    std::uint64_t largest = usual_largest;
    std::vector<std::string> names;
    for (const mixture& of : mixtures())
        names.push_back(of.name);
    tally::kit::command_line line("tally-checked-fuzz",
                                  "The reduced search against the plain one, on random programs.");
    line.option("--seeds", range(tried), "of the programs; TO is not drawn");
    line.option("--mixture", tally::kit::one_of(only, names, "NAME"), "only this kind of program");
    line.option("--largest", tally::kit::number(largest, 1, UINT64_MAX),
                "executions after which the plain search gives a program up");
    line.option("--broken",
                tally::kit::number(broken, 0, static_cast<unsigned>(breakage::no_seq_cst_order)),
                "break the reduced search in this way, to see it noticed");
    if (!line.parse(argc, argv)) return 0;
    std::printf("seeds %u:%u\n", tried.from, tried.to);
    std::uint64_t programs = 0;
    std::uint64_t compared = 0;
    std::uint64_t complaints = 0;
    for (const mixture& of : mixtures()) {
        if (!only.empty() && of.name != only) continue;
        for (std::uint32_t seed = tried.from; seed != tried.to; ++seed) {
            for (const bounds& with : bounds_of(of)) {
                const auto seen = compare(of, seed, with, static_cast<breakage>(broken), largest);
                ++programs;
                if (seen.compared) ++compared;
                if (seen.complaint.empty()) continue;
                ++complaints;
                std::printf("%s, seed %u, %u timeouts, %u spurious: %s\n", of.name.c_str(), seed,
                            with.timeouts, with.spurious, seen.complaint.c_str());
                std::fflush(stdout);
            }
        }
    }
    std::printf("%llu programs, %llu of them compared whole, %llu complaints\n",
                static_cast<unsigned long long>(programs),
                static_cast<unsigned long long>(compared),
                static_cast<unsigned long long>(complaints));
    return complaints == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-checked-fuzz", fuzz, argc, argv);
}
