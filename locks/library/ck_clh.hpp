// SPDX-License-Identifier: MIT
// Concurrency Kit's CLH lock: each waiter spins on its predecessor's word.
//
// A thread leaves its cell to the next one and goes on with its predecessor's. queue/clh.hpp is the
// same on our machines. FIFO.
// needs: ConcurrencyKit ConcurrencyKit::ck libck-dev
#pragma once

#include <memory>

#include "machines/ck_spinlock.hpp"
#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class ck_clh {
public:
    struct alignas(cache_line) cell : ck_spinlock_clh_t {};

    static constexpr lock_traits traits{.order = admission::fifo,
                                        .waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Concurrency Kit ck_spinlock_clh"};
    class node {
    public:
        node() = default;
        node(const node&) = delete;
        node& operator=(const node&) = delete;
        ~node() { delete static_cast<cell*>(mine); }

    private:
        friend ck_clh;
        ck_spinlock_clh_t* mine = new cell;
    };

    ck_clh() { ck_spinlock_clh_init(&queue_, new cell); }
    ck_clh(const ck_clh&) = delete;
    ck_clh& operator=(const ck_clh&) = delete;
    ~ck_clh() { delete static_cast<cell*>(queue_); }

    void lock(node& with) {
        ck_spinlock_clh_lock(&queue_, with.mine);
        unseen::acquired(&with.mine->previous->wait);
    }
    void unlock(node& with) { ck_spinlock_clh_unlock(&with.mine); }

private:
    ck_spinlock_clh_t* queue_;
};

}  // namespace tally
