// SPDX-License-Identifier: MIT
// A suspect: what every detector is shown, and what each of them said of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machines/checked/failure.hpp"
#include "machines/weakened_access.hpp"

namespace tally::detectors {

// What one detector made of one suspect.
struct trial {
    bool caught = false;
    std::string what;         // what it saw: "data race", "a thread hung", "deadlock: ..."
    std::uint64_t tries = 0;  // runs of a program; of the checker: executions
    double seconds = 0;       // until it was caught, or all tries were made
    std::optional<model::failure_kind> kind = {};  // of what the checker saw
};

struct suspect {
    std::string kind;     // "weakened", "specimen", "correct"
    std::string subject;  // the lock or counter
    std::string file;     // relative to the repository
    std::optional<weakened_access> weakened;
    // Of a specimen.
    std::string breaks;             //
    std::vector<std::string> must;  // detectors that must catch it
    std::vector<std::string> may;   // that cannot; of a correct one: that may accuse it falsely
    std::string why_missed;         //
    bool broken = true;             // false: whoever accuses it is wrong
    std::string reason;  // of a weakened order that nothing shows necessary: why it stays
    std::map<std::string, trial> by;  // detector: what it said; absent: it cannot be shown this one

    bool caught_by(const std::string& detector) const {
        const auto found = by.find(detector);
        return found != by.end() && found->second.caught;
    }
    // In one line, for messages.
    std::string name() const {
        return weakened ? subject + ", " + weakened->by.place() + " " + weakened->orders()
                        : subject;
    }
};

// The detectors, in the order in which tables show them.
struct detector {
    const char* id;
    const char* title;
    const char* how;  // what a try is
};
inline constexpr detector all_detectors[] = {
    {"stress", "stress", "all claims on real threads, plain build"},
    {"tsan-gcc", "TSan gcc", "the same claims, built with gcc's ThreadSanitizer: reports only"},
    {"tsan-clang", "TSan clang", "the same with clang's"},
    {"random", "random", "the checked machine, executions drawn at random"},
    {"pct", "PCT", "the same with random priorities (Burckhardt et al. 2010)"},
    {"exhaustive", "exhaustive", "the checked machine, every execution"},
};

}  // namespace tally::detectors
