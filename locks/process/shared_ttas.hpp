// SPDX-License-Identifier: MIT
// Test-and-test-and-set in shared memory: look until it is free, and only then swap.
//
// The source is the one that threads use (locks/spin/ttas.hpp): one word. Unfair. A waiter may die
// at any step and nobody notices; only the death of the holder is for ever.
// Rudolph & Segall 1984.
// system: Linux
#pragma once

#include "locks/spin/ttas.hpp"
#include "machines/process/in_segment.hpp"

namespace tally {

template <process_machine Machine>
class shared_ttas : public process::in_segment<ttas<Machine>> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .order = admission::unfair,
                                                 .waiting = waits::by_machine,
                                                 .rests_on = "shared memory",
                                                 .cite = "Rudolph & Segall 1984"};
    using process::in_segment<ttas<Machine>>::in_segment;
};

}  // namespace tally
