// SPDX-License-Identifier: MIT
// The ways in which an execution of the checked machine fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tally::model {

enum class failure_kind : std::uint8_t {
    race,            // two unordered accesses to plain memory
    deadlock,        // nobody can go on: a wake-up or a hand-over that nobody will make
    refuted,         // the program says that its claim does not hold
    use_after_free,  // an access to an object after its end, or not ordered before it
    uninitialised,   // an access to an object that is not ordered after its construction
    misuse,          // of the machine: too many threads, an access inside a predicate, ...
};

constexpr std::string_view to_string(failure_kind kind) {
    switch (kind) {
        case failure_kind::race: return "data race";
        case failure_kind::deadlock: return "deadlock";
        case failure_kind::refuted: return "claim refuted";
        case failure_kind::use_after_free: return "use after free";
        case failure_kind::uninitialised: return "uninitialised";
        case failure_kind::misuse: return "misuse";
    }
    return "?";
}

// The kind of that name; none if none has it.
constexpr std::optional<failure_kind> failure_called(std::string_view name) {
    for (auto kind = failure_kind::race;;
         kind = static_cast<failure_kind>(static_cast<std::uint8_t>(kind) + 1)) {
        if (to_string(kind) == name) return kind;
        if (kind == failure_kind::misuse) return std::nullopt;
    }
}

}  // namespace tally::model
