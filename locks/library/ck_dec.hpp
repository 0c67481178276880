// SPDX-License-Identifier: MIT
// Concurrency Kit's spin lock by decrement, as Linux had it on x86.
//
// The word is 1 while it is free; who brings it to 0 is inside, and unlock() writes 1. Unfair.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_dec {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_dec"};
    struct node {};

    ck_dec() noexcept { ck_spinlock_dec_init(&lock_); }
    ck_dec(const ck_dec&) = delete;
    ck_dec& operator=(const ck_dec&) = delete;

    void lock(node&) {
        ck_spinlock_dec_lock(&lock_);
        unseen::acquired(&lock_);
    }
    bool try_lock(node&) {
        if (!ck_spinlock_dec_trylock(&lock_)) return false;
        unseen::acquired(&lock_);
        return true;
    }
    void unlock(node&) {
        unseen::releasing(&lock_);
        ck_spinlock_dec_unlock(&lock_);
    }

private:
    ck_spinlock_dec_t lock_;
};

}  // namespace tally
