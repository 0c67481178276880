// SPDX-License-Identifier: MIT
// What tally-stress attacks: every strategy in every kind of waiting, each with the claims that
// apply to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.hpp"
#include "claims/properties.hpp"
#include "claims/specimen.hpp"
#include "machines/subject.hpp"
#include "stress/calls.hpp"
#include "stress/race/classic.hpp"

namespace tally::stress {

// A claim about one lock or counter.
struct claim_entry {
    std::string_view sentence;
    verdict (*run)(const script&);
    // What run() attacks: one of them.
    const lock_calls* lock = nullptr;
    const counter_calls* counter = nullptr;

    // One at a time in a process.
    verdict attempt(const script& with) const;
};

// One lock or counter in one kind of waiting.
struct strategy {
    subject_info what;
    std::string_view waiting;  // "spin", "yield", "park"; "itself" for a library's; "none"
    admission order = admission::unfair;
    bool control = false;                          // known to lose updates, and there to be caught
    std::optional<specimen_traits> specimen = {};  // of stress/broken only
    std::vector<claim_entry> claims = {};
    std::uint64_t (*run_classic)(classic&) = nullptr;
    properties is = {};

    std::string name() const { return std::string(what.name) + '/' + std::string(waiting); }
};

struct catalogue {
    std::vector<strategy> strategies;
};

// Enters every subject; generated.
void fill(catalogue& into);

}  // namespace tally::stress
