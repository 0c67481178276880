// SPDX-License-Identifier: MIT
// Concurrency Kit's test-and-test-and-set lock: fetch and store, then look until it is free.
//
// What CK's own ck_spinlock is. spin/ttas.hpp is the same on our machines. Unfair.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_fas {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_fas"};
    struct node {};

    ck_fas() noexcept { ck_spinlock_fas_init(&lock_); }
    ck_fas(const ck_fas&) = delete;
    ck_fas& operator=(const ck_fas&) = delete;

    void lock(node&) {
        ck_spinlock_fas_lock(&lock_);
        unseen::acquired(&lock_);
    }
    bool try_lock(node&) {
        if (!ck_spinlock_fas_trylock(&lock_)) return false;
        unseen::acquired(&lock_);
        return true;
    }
    void unlock(node&) {
        unseen::releasing(&lock_);
        ck_spinlock_fas_unlock(&lock_);
    }

private:
    ck_spinlock_fas_t lock_;
};

}  // namespace tally
