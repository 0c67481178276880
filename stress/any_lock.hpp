// SPDX-License-Identifier: MIT
// The lock under attack, as a type: claims are written over a lock, and this one passes every call
// on to the lock that it stands for. Which that is, is said between two attempts.
//
//   under_attack_   the lock that it stands for   (between attempts; read by every thread)
//
// Nothing of it lies beside the lock: unlock() comes back without a look at what may be gone.
#pragma once

#include "stress/any_object.hpp"
#include "stress/calls.hpp"

namespace tally::stress {

class any_lock {
public:
    // From now on. While there is no any_lock.
    static void stands_for(const lock_calls& lock) noexcept {
        under_attack_ = &lock;
        traits = lock.is.traits;
    }
    static bool tries() noexcept { return under_attack_->is.tries; }

    inline static lock_traits traits{};

    class node {
    public:
        node() : real_(under_attack_->node) {}

    private:
        friend class any_lock;
        any_object<heap> real_;
    };

    any_lock() : real_(under_attack_->object) {}

    void lock(node& mine) { under_attack_->lock(real_.get(), mine.real_.get()); }
    void unlock(node& mine) { under_attack_->unlock(real_.get(), mine.real_.get()); }
    bool try_lock(node& mine) { return under_attack_->try_lock(real_.get(), mine.real_.get()); }
    void lock_shared(node& mine) { under_attack_->lock_shared(real_.get(), mine.real_.get()); }
    void unlock_shared(node& mine) { under_attack_->unlock_shared(real_.get(), mine.real_.get()); }

private:
    inline static const lock_calls* under_attack_ = nullptr;

    any_object<closed_afterwards> real_;
};

static_assert(try_lockable<any_lock> && shared_lockable<any_lock>);

}  // namespace tally::stress
