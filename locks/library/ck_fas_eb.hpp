// SPDX-License-Identifier: MIT
// Concurrency Kit's test-and-set lock with exponential backoff.
//
// Swaps, and after each failure counts to twice as far as before it swaps again: from 512 to a
// million turns of an empty loop. Fast where one thread keeps the lock while the others count; a
// waiter can come back long after the lock was free. Unfair.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include <string_view>

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_fas_eb {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_fas_lock_eb"};
    static constexpr std::string_view note =
        "a waiter counts to as much as a million before it looks again: whoever has the lock keeps "
        "it";
    struct node {};

    ck_fas_eb() noexcept { ck_spinlock_fas_init(&lock_); }
    ck_fas_eb(const ck_fas_eb&) = delete;
    ck_fas_eb& operator=(const ck_fas_eb&) = delete;

    void lock(node&) {
        ck_spinlock_fas_lock_eb(&lock_);
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
