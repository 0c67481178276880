// SPDX-License-Identifier: MIT
// Concurrency Kit's MCS lock: each waiter spins on a word of its own.
//
// queue/mcs.hpp is the same on our machines. FIFO.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_mcs {
public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_mcs"};
    struct alignas(cache_line) node {
        ck_spinlock_mcs_context_t place;
    };

    ck_mcs() noexcept { ck_spinlock_mcs_init(&queue_); }
    ck_mcs(const ck_mcs&) = delete;
    ck_mcs& operator=(const ck_mcs&) = delete;

    void lock(node& mine) {
        ck_spinlock_mcs_lock(&queue_, &mine.place);
        unseen::acquired(&queue_);
    }
    bool try_lock(node& mine) {
        if (!ck_spinlock_mcs_trylock(&queue_, &mine.place)) return false;
        unseen::acquired(&queue_);
        return true;
    }
    void unlock(node& mine) {
        unseen::releasing(&queue_);
        ck_spinlock_mcs_unlock(&queue_, &mine.place);
    }

private:
    ck_spinlock_mcs_t queue_;
};

}  // namespace tally
