// SPDX-License-Identifier: MIT
// What a specimen in stress/broken says of itself. Tests read it: a detector that a specimen
// names and that does not catch it is asleep, and the suite fails.
//
// A specimen is a lock or a counter like any other, in tally::broken, with one more member:
//
//   static constexpr specimen_traits specimen{...};
//
// It is driven by the same claims as the locks: what it breaks in try_lock, lock_shared or a
// claimed order of admission shows by the members and traits it has. Most are broken. A few are
// correct and known to be accused falsely: those have `breaks = breakage::nothing`.
#pragma once

#include <cstdint>
#include <string_view>

#include "machines/contract.hpp"

namespace tally {

// What goes wrong first, as a user would see it.
enum class breakage : std::uint8_t {
    nothing,         // correct: whoever reports it is wrong
    race,            // unordered access to what the lock protects; the count may still be right
    lost_update,     // the count is wrong, though no two accesses need race
    exclusion,       // two threads inside at a time
    order,           // admitted in another order than the traits claim
    hang,            // a thread waits for a value that nobody will write
    lost_wakeup,     // a thread sleeps through the change that it waited for
    use_after_free,  // the lock or a node is touched when it may be gone
    misuse,          // the caller breaks the contract
};

constexpr std::string_view to_string(breakage what) {
    switch (what) {
        case breakage::nothing: return "nothing (correct)";
        case breakage::race: return "race";
        case breakage::lost_update: return "lost update";
        case breakage::exclusion: return "exclusion";
        case breakage::order: return "order of admission";
        case breakage::hang: return "hang";
        case breakage::lost_wakeup: return "lost wake-up";
        case breakage::use_after_free: return "use after free";
        case breakage::misuse: return "misuse";
    }
    return "?";
}

// A set of detectors.
struct detector_set {
    bool stress = false;   // a claim fails, or the watchdog barks, on `native` in the plain build
    bool tsan = false;     // ThreadSanitizer reports (a claim that fails under it is not its merit)
    bool checker = false;  // the claims on `checked`, exhaustive within threads and rounds

    friend constexpr bool operator==(const detector_set&, const detector_set&) = default;
};

constexpr bool overlap(const detector_set& a, const detector_set& b) {
    return (a.stress && b.stress) || (a.tsan && b.tsan) || (a.checker && b.checker);
}

struct specimen_traits {
    breakage breaks = breakage::race;
    std::string_view how = {};         // one sentence: what is wrong, and what follows from it
    std::string_view source = {};      // paper and year, or project and issue or commit
    detector_set caught_by = {};       // must catch it (for a correct one: none)
    detector_set missed_by = {};       // cannot catch it (for a correct one: may accuse it falsely)
    std::string_view why_missed = {};  // required with missed_by
    // The x86 hardware of today will not show it: only a machine that models memory orders can.
    bool weak_memory_only = false;
    // A sleeper must really sleep: on `native` only parking shows it.
    bool when_parked_only = false;
    // The smallest program that shows it: for `checked`. Natively rounds are many.
    unsigned threads = 2;
    unsigned rounds = 1;
};

template <class S>
concept specimen = (lock<S> || counter<S>)&&requires {
    { S::specimen } -> std::convertible_to<const specimen_traits&>;
};

// What must hold of every specimen's file, said where it fails with a readable message.
template <class Subject, class Machine>
consteval bool specimen_agrees() {
    using type = typename Subject::template on<Machine>;
    static_assert(specimen<type>, "a specimen is a lock or a counter, and has a member `specimen`");
    constexpr specimen_traits says = type::specimen;
    static_assert(!says.how.empty(), "specimen.how says in one sentence what is wrong");
    static_assert(!says.source.empty(), "specimen.source names where it comes from");
    static_assert(!overlap(says.caught_by, says.missed_by),
                  "no detector both must and cannot catch a specimen");
    static_assert(says.breaks == breakage::nothing || says.caught_by != detector_set{},
                  "a broken specimen names a detector that must catch it");
    static_assert(says.breaks != breakage::nothing || says.caught_by == detector_set{},
                  "a correct specimen is caught by nobody");
    static_assert((says.missed_by == detector_set{}) == says.why_missed.empty(),
                  "specimen.why_missed is given with missed_by, and only then");
    static_assert(says.threads != 0 && says.rounds != 0, "a program has threads and rounds");
    return true;
}

}  // namespace tally
