// SPDX-License-Identifier: MIT
// Concurrency Kit's ticket lock with proportional backoff.
//
// A waiter counts to 32 for each thread before it, then looks again; CK's own benchmark passes the
// same exponent, 5. FIFO. spin/ticket_proportional.hpp is the same on our machines.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_ticket_pb {
public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_ticket_lock_pb"};
    struct node {};

    ck_ticket_pb() noexcept { ck_spinlock_ticket_init(&lock_); }
    ck_ticket_pb(const ck_ticket_pb&) = delete;
    ck_ticket_pb& operator=(const ck_ticket_pb&) = delete;

    void lock(node&) {
        ck_spinlock_ticket_lock_pb(&lock_, 5);
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
