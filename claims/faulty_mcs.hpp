// SPDX-License-Identifier: MIT
// The MCS lock (see locks/queue/mcs.hpp) with one flaw of choice.
#pragma once

#include "machines/contract.hpp"

namespace tally {

enum class mcs_flaw : std::uint8_t {
    relaxed_link,       // the link to the predecessor publishes nothing
    relaxed_look,       // unlock() reads the link and acquires nothing
    late_init,          // a waiter says that it waits after it has linked itself
    impatient_release,  // unlock() does not wait for a link that is under way
};

template <class Machine, mcs_flaw Flaw>
class faulty_mcs {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr auto link_order = Flaw == mcs_flaw::relaxed_link ? relaxed : release;
    static constexpr auto look_order = Flaw == mcs_flaw::relaxed_look ? relaxed : acquire;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .cite = "Mellor-Crummey & Scott 1991"};
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> granted{0};
    };

    void lock(node& mine) noexcept {
        mine.next.store(nullptr, relaxed);
        if constexpr (Flaw != mcs_flaw::late_init) mine.granted.store(0, relaxed);
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        before->next.signal(&mine, link_order);
        // Too late: the predecessor may have granted already, and this takes it back.
        if constexpr (Flaw == mcs_flaw::late_init) mine.granted.store(0, relaxed);
        mine.granted.await([](auto now) { return now == 1; }, acquire);
    }

    void unlock(node& mine) noexcept {
        node* after = mine.next.load(look_order);
        if (after == nullptr) {
            node* last = &mine;
            if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) return;
            // Who has swapped tail_ but not linked itself yet will wait for ever.
            if constexpr (Flaw == mcs_flaw::impatient_release) return;
            after = mine.next.await([](auto now) { return now != nullptr; }, look_order);
        }
        after->granted.signal(1, release);
    }

private:
    atomic<node*> tail_{nullptr};
};

}  // namespace tally
