// SPDX-License-Identifier: MIT
// The claims of tally-stress over the locks that only Windows has, without Catch2, which is not
// packaged for mingw-w64.
#include <getopt.h>

#include <charconv>
#include <cstdio>
#include <cstring>

#include "kit/exit_codes.hpp"
#include "stress/attack.hpp"
#include "stress/watchdog.hpp"

namespace {

using namespace tally;
using namespace tally::stress;

constexpr const char* usage =
    "usage: tally-stress-windows [--lock NAME] [--budget MS] [--seed N] [--runs N]\n"
    "                            [--patience S]\n"
    "\n"
    "  --lock NAME   only this lock or specimen (each lock; no specimen)\n"
    "  --budget MS   time to spend on each claim (100)\n"
    "  --seed N      replay this seed (1)\n"
    "  --runs N      everything so many times, each with the next seed (1)\n"
    "  --patience S  no step by any thread for this long counts as a hang (20)\n"
    "\n"
    "exit status: 0 every claim held; 1 one did not; 2 the command line is wrong; 3 a hang\n";

[[noreturn]] void wrong(const std::string& why) {
    std::fprintf(stderr, "tally-stress-windows: %s\n", why.c_str());
    std::exit(kit::exit_bad_input);
}

std::uint64_t number(const char* flag, const char* text) {
    std::uint64_t value = 0;
    const char* const end = text + std::strlen(text);
    const auto [after, error] = std::from_chars(text, end, value);
    if (error != std::errc() || after != end)
        wrong(std::string(flag) + " takes a whole number, not '" + text + "'");
    return value;
}

}  // namespace

int main(int argc, char** argv) {
    enum : int {
        lock_option = 'l',
        budget_option = 'b',
        seed_option = 's',
        patience_option = 'p',
        runs_option = 'r'
    };
    const option known[] = {{"lock", required_argument, nullptr, lock_option},
                            {"budget", required_argument, nullptr, budget_option},
                            {"seed", required_argument, nullptr, seed_option},
                            {"patience", required_argument, nullptr, patience_option},
                            {"runs", required_argument, nullptr, runs_option},
                            {"help", no_argument, nullptr, 'h'},
                            {}};
    std::string only;
    effort how{.budget = std::chrono::milliseconds(100)};
    std::chrono::seconds patience(20);
    std::uint64_t runs = 1;
    for (int given = 0; (given = getopt_long(argc, argv, "h", known, nullptr)) != -1;) {
        switch (given) {
            case lock_option: only = optarg; break;
            case budget_option:
                how.budget = std::chrono::milliseconds(number("--budget", optarg));
                break;
            case seed_option: how.seed = number("--seed", optarg); break;
            case runs_option: runs = number("--runs", optarg); break;
            case patience_option:
                patience = std::chrono::seconds(number("--patience", optarg));
                break;
            case 'h': std::fputs(usage, stdout); return 0;
            default: return kit::exit_bad_input;  // getopt has said what is wrong
        }
    }
    if (optind != argc) wrong(std::string(argv[optind]) + " is not an option: see --help");

    catalogue all;
    fill(all);
    board seen_by(most_threads(how));
    const watchdog awake(seen_by, patience);
    unsigned claims = 0;
    unsigned refuted = 0;
    bool caught = false;
    for (std::uint64_t run = 0; run != runs && !caught; ++run, ++how.seed)
        for (const strategy& who : all.strategies) {
            if (only.empty() ? who.specimen.has_value() : who.what.name != only) continue;
            for (const claim_entry& claim : who.claims) {
                const outcome seen = attack(seen_by, who, claim, how);
                ++claims;
                refuted += !seen.held;
                std::printf("%s: %.*s: %s (seed %llu, %u attempts)%s%s\n", who.name().c_str(),
                            static_cast<int>(claim.sentence.size()), claim.sentence.data(),
                            seen.held ? "held" : "REFUTED",
                            static_cast<unsigned long long>(how.seed), seen.attempts,
                            seen.held ? "" : ": ", seen.how_broken.c_str());
                std::fflush(stdout);
                // A broken one is caught once; after that it may do anything.
                caught = !seen.held && who.specimen;
                if (caught) break;
            }
        }
    if (claims == 0) wrong("there is no lock '" + only + "' here");
    std::printf("%u claims, %u refuted\n", claims, refuted);
    return refuted != 0 ? kit::exit_refuted : 0;
}
