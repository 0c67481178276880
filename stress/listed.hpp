// What tally-stress lists of itself, read back by the programs that judge it from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kit/child.hpp"

namespace tally::stress {

// One line of tally-stress --list-strategies: a strategy in one kind of waiting.
struct listed {
    std::string name;
    std::string waiting;
    std::string kind;  // "strategy", "control", "specimen"
    std::string file;
    std::string claims;     // how many
    std::string caught_by;  // "stress tsan checker", those that apply
    std::string missed_by;
    std::string when;        // "parked" if only parking shows it
    std::string breaks;      // a specimen's
    std::string why_missed;  // a specimen's, with missed_by

    bool must_be_caught_by(std::string_view detector) const {
        return caught_by.find(detector) != std::string::npos;
    }
    bool may_be_missed_by(std::string_view detector) const {
        return missed_by.find(detector) != std::string::npos;
    }
    // All its claims, as a filter for tally-stress.
    std::string all_claims() const { return name + '/' + waiting + ": *"; }
};

std::vector<listed> read_listed(const std::string& text);

// How such a program ended, from its exit code or signal, in a few words.
const char* describe(const kit::child_result& seen);

}  // namespace tally::stress
