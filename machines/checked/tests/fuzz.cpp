// SPDX-License-Identifier: MIT
// tally-checked-fuzz --seeds FROM:TO [--mixture NAME] [--largest EXECUTIONS] [--broken N]
//
// The reduced search against the plain one, on the programs of these seeds (TO is not drawn), each
// mixture at each pair of bounds that matters to it. Without --seeds, 40 seeds that nobody chose,
// which are printed. Ends with 1, and a line for each, where the searches disagree. Nearly all of
// the time goes into programs that turn out to be too large for the plain search: --largest 300
// leaves those sooner, for many more programs in the same time.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "kit/program.hpp"
#include "machines/checked/tests/random_programs.hpp"

namespace {

using namespace tally::model;
using namespace tally::model::tests;

constexpr int bad_input = 2;

int refuse(const char* what, const char* value) {
    std::fprintf(stderr, "tally-checked-fuzz: %s, got '%s'\n", what, value);
    return bad_input;
}

bool read_range(const char* text, std::uint32_t& from, std::uint32_t& to) {
    char* end = nullptr;
    const unsigned long first = std::strtoul(text, &end, 10);
    if (end == text || *end != ':') return false;
    const char* const rest = end + 1;
    const unsigned long last = std::strtoul(rest, &end, 10);
    if (end == rest || *end != '\0' || first >= last || last > 0xFFFFFFFFUL) return false;
    from = static_cast<std::uint32_t>(first);
    to = static_cast<std::uint32_t>(last);
    return true;
}

int fuzz(int argc, char** argv) {
    constexpr std::uint32_t fresh_seeds = 40;
    std::uint32_t from = std::random_device{}() / 2;
    std::uint32_t to = from + fresh_seeds;
    std::string only;
    unsigned long broken = 0;
    unsigned long largest = usual_largest;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) return refuse("each option takes a value", argv[i]);
        if (std::strcmp(argv[i], "--seeds") == 0) {
            if (!read_range(argv[i + 1], from, to))
                return refuse("--seeds takes FROM:TO, as in 1:1000", argv[i + 1]);
        } else if (std::strcmp(argv[i], "--mixture") == 0) {
            only = argv[i + 1];
        } else if (std::strcmp(argv[i], "--broken") == 0) {
            char* end = nullptr;
            broken = std::strtoul(argv[i + 1], &end, 10);
            if (*end != '\0' || broken > static_cast<unsigned>(breakage::no_seq_cst_order))
                return refuse("--broken takes a number from 0 to 6", argv[i + 1]);
        } else if (std::strcmp(argv[i], "--largest") == 0) {
            char* end = nullptr;
            largest = std::strtoul(argv[i + 1], &end, 10);
            if (*end != '\0' || largest == 0 || argv[i + 1][0] == '-')
                return refuse("--largest takes a whole number from 1 on", argv[i + 1]);
        } else {
            return refuse("the options are --seeds, --mixture, --largest and --broken", argv[i]);
        }
    }
    std::printf("seeds %u:%u\n", from, to);
    std::uint64_t programs = 0;
    std::uint64_t compared = 0;
    std::uint64_t complaints = 0;
    for (const mixture& of : mixtures()) {
        if (!only.empty() && of.name != only) continue;
        for (std::uint32_t seed = from; seed != to; ++seed) {
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
    if (programs == 0) {
        std::string names;
        for (const mixture& of : mixtures())
            names += (names.empty() ? "" : ", ") + of.name;
        return refuse(("--mixture takes one of " + names).c_str(), only.c_str());
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
