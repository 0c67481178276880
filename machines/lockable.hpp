// SPDX-License-Identifier: MIT
// A lock of the catalogue as the standard library wants one: lock() and unlock() without a node.
//
//   tally::lockable<tally::ticket<tally::native<tally::waiting::park>>> door;
//   std::lock_guard inside(door);
//
// It has what its lock has, under the standard's names: BasicLockable always, Lockable and the
// shared ones where the lock can. For context-free locks only: a queue lock's node must live from
// lock() to unlock(), and a guard of the standard has no place to keep it.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <context_free Lock>
class lockable {
public:
    static constexpr const lock_traits& traits = Lock::traits;

    void lock() { lock_.lock(none_); }
    void unlock() { lock_.unlock(none_); }

    bool try_lock() requires try_lockable<Lock> { return lock_.try_lock(none_); }

    void lock_shared() requires shared_lockable<Lock> { lock_.lock_shared(none_); }
    void unlock_shared() requires shared_lockable<Lock> { lock_.unlock_shared(none_); }

private:
    Lock lock_;
    // Empty, so that all threads may share it.
    [[no_unique_address]] typename Lock::node none_;
};

}  // namespace tally
