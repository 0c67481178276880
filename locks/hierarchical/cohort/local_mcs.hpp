// SPDX-License-Identifier: MIT
// A cohort's local MCS lock.
//
//   tail_       the last node of the queue, or null   (swapped by arrivals)
//   node.next   who comes after this node             (written once, by the one who comes after)
//   node.told   0 while its owner waits, then whether the global lock comes with this one
//                                                     (written once, by its predecessor)
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class local_mcs {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t alone = 1;
    static constexpr std::uint32_t with_global = 2;

public:
    struct alignas(cache_line) node {
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> told{0};
    };

    bool lock(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.told.store(0, relaxed);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, so that our link is ordered after
        // its preparation, and with the release in unlock().
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return false;
        // release: publishes our prepared `told` to the predecessor that will write it.
        before->next.signal(&mine, release);
        // acquire: pairs with the release of the predecessor's hand-over.
        return mine.told.await([](auto now) { return now != 0; }, acquire) == with_global;
    }

    bool others(node& mine) noexcept {
        // relaxed: pass() reads it again.
        return mine.next.load(relaxed) != nullptr;
    }

    void pass(node& mine) noexcept {
        // acquire: pairs with the release of the successor's link. release: publishes the critical
        // section to the next holder.
        mine.next.load(acquire)->told.signal(with_global, release);
    }

    void unlock(node& mine) noexcept {
        // acquire: pairs with the release of the successor's link.
        node* after = mine.next.load(acquire);
        if (after == nullptr) {
            node* last = &mine;
            // release: publishes this NUMA node's place at the global lock to the next arrival's
            // swap. stronger than needed: where that place is nothing, as at ttas_backoff, the
            // global lock orders all the rest.
            if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) return;
            // Somebody has swapped tail_ and is about to link. acquire: as above.
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        // release: publishes what this NUMA node did, and its place at the global lock.
        after->told.signal(alone, release);
    }

private:
    atomic<node*> tail_{nullptr};
};

}  // namespace tally
