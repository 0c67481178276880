// SPDX-License-Identifier: MIT
// What the processes of a test share: where each stands, who may go on, and what the lock protects.
#pragma once

#include <cstdint>
#include <string_view>

#include "machines/process/contract.hpp"
#include "machines/process/segment.hpp"
#include "machines/process/shared_native.hpp"

namespace tally::process_stress {

// Where a process stands. Each is announced before what it names is begun.
enum class step : std::uint32_t {
    starting,
    ready,      // about to ask for the lock: the gate for who must come later
    acquiring,  // inside lock()
    inside,     // the lock is held, nothing is touched yet
    middle,     // the first half of the increment is done
    releasing,  // the increment is done; inside unlock()
    outside,    // unlock() has returned
    done,
};

constexpr std::string_view to_string(step s) {
    switch (s) {
        case step::starting: return "starting";
        case step::ready: return "before";
        case step::acquiring: return "acquiring";
        case step::inside: return "inside";
        case step::middle: return "middle of the increment";
        case step::releasing: return "releasing";
        case step::outside: return "after";
        case step::done: return "done";
    }
    return "?";
}

using shared_machine = shared_native<waiting::park>;
using shared_number = shared_machine::atomic<std::uint32_t>;

struct alignas(cache_line) actor_state {
    shared_number at{0};             // a step             (the actor; the supervisor waits for it)
    shared_number gate{0};           // 1: go on           (the supervisor; the actor waits for it)
    shared_number told{0};           // process::entry     (the actor, on entry)
    shared_number told_of_death{0};  // entries that were told that the owner died
    shared_number torn{0};           // entries that found the increment half done
    shared_number repaired{0};       // of these, those that put it right
    shared_number violated{0};       // entries that found somebody else inside
    shared_number forked{0};         // the pid of a child that it made
    shared_machine::atomic<std::uint64_t> entered_at{0};  // ns, monotonic, of the last entry
    shared_machine::atomic<std::uint64_t> rounds{0};      // increments that were completed
};

struct stage {
    static constexpr unsigned most_actors = 8;

    actor_state actor[most_actors];
    shared_number stop{0};  // 1: endless actors end

    // What the lock protects: a number, written in two halves so that a death between them shows.
    alignas(cache_line) shared_machine::plain<std::uint64_t> count{0};
    shared_machine::plain<std::uint64_t> witness{0};
    // Who is inside, plus one; for the claim of exclusion.
    shared_machine::plain<std::uint32_t> occupant{0};
};

using shared_stage = process::segment<stage>;

inline constexpr std::string_view stage_suffix = ".stage";

}  // namespace tally::process_stress
