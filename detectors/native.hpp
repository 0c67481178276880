// SPDX-License-Identifier: MIT
// The detectors that run real threads: the claims in a plain build, and in builds with
// ThreadSanitizer, each try in a process of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "detectors/effort.hpp"
#include "detectors/suspect.hpp"
#include "stress/listed.hpp"

namespace tally::detectors {

// One build's programs.
struct build {
    std::string detector;  // "stress", "tsan-gcc", "tsan-clang"
    std::string stress;    // tally-stress
    std::string mutant;    // tally-mutant
};

// What tally-stress of that build lists. Throws std::runtime_error if it does not.
std::vector<stress::listed> list(const build& of);

class native_detector {
public:
    native_detector(build programs, const effort& how);

    // Whether this suspect can be shown to it: a weakened order must be of a lock of this build.
    bool knows(const suspect& who) const;
    trial judge(const suspect& who) const;

    const std::string& id() const { return programs_.detector; }

private:
    std::vector<std::vector<std::string>> commands_for(const suspect& who, unsigned attempt) const;

    build programs_;
    effort how_;
    std::multimap<std::string, stress::listed> strategies_;  // by name
};

}  // namespace tally::detectors
