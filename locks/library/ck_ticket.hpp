// SPDX-License-Identifier: MIT
// Concurrency Kit's ticket lock: both counters in the halves of one word.
//
// spin/ticket.hpp keeps them apart. On x86 each has 16 bits, and unlock() is an atomic increment of
// one half. FIFO.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_ticket {
public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_ticket"};
    struct node {};

    ck_ticket() noexcept { ck_spinlock_ticket_init(&lock_); }
    ck_ticket(const ck_ticket&) = delete;
    ck_ticket& operator=(const ck_ticket&) = delete;

    void lock(node&) {
        ck_spinlock_ticket_lock(&lock_);
        unseen::acquired(&lock_);
    }
    void unlock(node&) {
        unseen::releasing(&lock_);
        ck_spinlock_ticket_unlock(&lock_);
    }

private:
    ck_spinlock_ticket_t lock_;
};

}  // namespace tally
