// SPDX-License-Identifier: MIT
// What tally-stress lists of itself, written by it and read back by the programs that judge it from
// outside: one JSON array, so that what a specimen says of itself arrives as the types it was said
// in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/specimen.hpp"
#include "kit/child.hpp"

namespace tally::stress {

// What a specimen says of itself (claims/specimen.hpp), in strings that outlive the program.
struct listed_specimen {
    breakage breaks = breakage::race;
    detector_set caught_by = {};
    detector_set missed_by = {};
    std::string why_missed;
    bool when_parked_only = false;

    bool is_correct() const { return breaks == breakage::nothing; }
};

// A strategy in one kind of waiting.
struct listed {
    std::string name;
    std::string waiting;
    std::string file;
    std::size_t claims = 0;  // how many are made of it
    bool control = false;    // known to lose updates, and there to be caught
    std::optional<listed_specimen> specimen;

    // All its claims, as a filter for tally-stress.
    std::string all_claims() const { return name + '/' + waiting + ": *"; }
    // A claim is made of it that can show here what it breaks.
    bool shows_here() const {
        return claims != 0 && !(specimen && specimen->when_parked_only && waiting != "park");
    }
};

std::string to_json(const std::vector<listed>& all);
// Throws std::runtime_error if the text is not what to_json() writes.
std::vector<listed> from_json(const std::string& text);

// How such a program ended, from its exit code or signal, in a few words.
const char* describe(const kit::child_result& seen);

}  // namespace tally::stress
