// SPDX-License-Identifier: MIT
// The MCS queue lock in shared memory: each waiter waits on a word of its own.
//
// The source is the one that threads use (locks/queue/mcs.hpp). Its pointers lead from node to
// node, so the nodes must lie in the shared memory too, one for each member, and the words that
// hold them keep distances instead of addresses (machines/process/shared_native.hpp): every
// process maps the memory elsewhere. FIFO. Who dies in the queue breaks it: its successor waits
// for a hand-over that nobody will make.
// Mellor-Crummey & Scott 1991.
// system: Linux
#pragma once

#include "locks/queue/mcs.hpp"
#include "machines/process/in_segment.hpp"

namespace tally {

template <process_machine Machine>
class shared_mcs : public process::in_segment<mcs<Machine>> {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .order = admission::fifo,
                                                 .waiting = waits::by_machine,
                                                 .rests_on = "shared memory",
                                                 .cite = "Mellor-Crummey & Scott 1991"};
    using process::in_segment<mcs<Machine>>::in_segment;
};

}  // namespace tally
