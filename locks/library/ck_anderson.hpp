// SPDX-License-Identifier: MIT
// Concurrency Kit's array lock: each waiter spins on a slot of its own.
//
// Slots are eight bytes each, and eight of them share a line of the cache: so CK has it.
// spin/anderson_array.hpp gives each a line. FIFO.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include <bit>
#include <memory>
#include <string_view>

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_anderson {
public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_anderson"};
    static constexpr std::string_view note =
        "eight slots share a line of the cache, so waiters disturb each other";
    struct node {
        ck_spinlock_anderson_thread_t* slot = nullptr;
    };

    ck_anderson() { ck_spinlock_anderson_init(&lock_, slots_.get(), count_); }
    ck_anderson(const ck_anderson&) = delete;
    ck_anderson& operator=(const ck_anderson&) = delete;

    void lock(node& mine) {
        ck_spinlock_anderson_lock(&lock_, &mine.slot);
        unseen::acquired(&mine.slot->locked);
    }
    void unlock(node& mine) { ck_spinlock_anderson_unlock(&lock_, mine.slot); }

private:
    // A power of two: otherwise each arrival would be a loop of compare-exchanges.
    const unsigned count_ = std::bit_ceil(Machine::thread_limit());
    const std::unique_ptr<ck_spinlock_anderson_thread_t[]> slots_{
        new ck_spinlock_anderson_thread_t[count_]};
    ck_spinlock_anderson_t lock_;
};

}  // namespace tally
