// SPDX-License-Identifier: MIT
// Concurrency Kit's spin lock by compare and swap.
//
// As ck_fas.hpp, but a try that fails does not write what it found. (The line is fetched to be
// written all the same.) Unfair.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_cas {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_cas"};
    struct node {};

    ck_cas() noexcept { ck_spinlock_cas_init(&lock_); }
    ck_cas(const ck_cas&) = delete;
    ck_cas& operator=(const ck_cas&) = delete;

    void lock(node&) {
        ck_spinlock_cas_lock(&lock_);
        unseen::acquired(&lock_);
    }
    bool try_lock(node&) {
        if (!ck_spinlock_cas_trylock(&lock_)) return false;
        unseen::acquired(&lock_);
        return true;
    }
    void unlock(node&) {
        unseen::releasing(&lock_);
        ck_spinlock_cas_unlock(&lock_);
    }

private:
    ck_spinlock_cas_t lock_;
};

}  // namespace tally
