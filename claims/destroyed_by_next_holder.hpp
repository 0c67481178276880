// SPDX-License-Identifier: MIT
// A lock may be destroyed by its last holder, although the unlock() of the holder before has not
// returned yet. POSIX asks this of a mutex, in the rationale of pthread_mutex_destroy. A parking
// unlock that looks at its word after the store gets it wrong: the word may be gone.
#pragma once

#include "claims/lifetime.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct destroyed_by_next_holder : lifetime<Machine, Lock, destroyed_by::last_holder> {
    static constexpr std::string_view sentence =
        "may be destroyed by the next holder while the previous unlock still returns";
    static constexpr bool applies_to(const lock_facts& lock) {
        return lock.traits.next_holder_may_destroy;
    }
};

}  // namespace tally::stress
