// SPDX-License-Identifier: MIT
// The ticket lock in shared memory: take a number, wait until it is called.
//
// The source is the one that threads use (locks/spin/ticket.hpp): two numbers, no pointers, so it
// may lie anywhere. FIFO. When the holder dies its number is called for ever; when a waiter dies,
// everybody behind it waits for ever too, once its number is called: between processes a queue has
// more ways to be stuck than a word that anybody may take.
// Mellor-Crummey & Scott 1991.
// system: Linux
#pragma once

#include "locks/spin/ticket.hpp"
#include "machines/process/in_segment.hpp"

namespace tally {

template <process_machine Machine>
class shared_ticket : public process::in_segment<ticket<Machine>> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .order = admission::fifo,
                                                 .waiting = waits::by_machine,
                                                 .rests_on = "shared memory",
                                                 .cite = "Mellor-Crummey & Scott 1991"};
    using process::in_segment<ticket<Machine>>::in_segment;
};

}  // namespace tally
