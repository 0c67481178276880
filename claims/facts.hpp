// SPDX-License-Identifier: MIT
// What of a lock or counter decides which claims it makes: all that a claim's applies_to() sees.
#pragma once

#include "machines/contract.hpp"

namespace tally::stress {

struct lock_facts {
    lock_traits traits;
    bool tries = false;   // has try_lock
    bool shares = false;  // has lock_shared
};

// lock_facts of a lock, counter_traits of a counter.
template <class Type>
constexpr auto facts_of() noexcept {
    if constexpr (lock<Type>)
        return lock_facts{Type::traits, try_lockable<Type>, shared_lockable<Type>};
    else
        return counter_traits{Type::traits};
}

// Whether the lock that is attacked has try_lock. One that stands for any lock
// (stress/any_lock.hpp) has the member in any case, and is asked.
template <class Lock>
bool tries() noexcept {
    if constexpr (requires { Lock::tries(); })
        return Lock::tries();
    else
        return try_lockable<Lock>;
}

}  // namespace tally::stress
