// SPDX-License-Identifier: MIT
// HMCS lock: a tree of MCS queues, one for each NUMA node and one that their heads stand in.
//
//   root_        an MCS lock among NUMA nodes
//   home.tail    the last node of this NUMA node's queue, or null   (swapped by arrivals)
//   home.at_root what this NUMA node brings to the root             (its queue's head's)
//   node.next    who comes after this node                          (written once, by the one who
//                                                                    comes after)
//   node.told    0 while its owner waits; n when it is inside, as the n-th in a row of its NUMA
//                node; or `climb` when it is to ask for the root    (written by its predecessor,
//                                                                    then its owner)
//
// Invariant: root_ is held in the name of the NUMA node of whoever is inside; only the head of a
// NUMA node's queue asks for it.
// A release hands the root on within its NUMA node, with the count in the same word, until `batch`
// have been in; then it gives the root to the next NUMA node. One store wakes, counts and tells.
// Nobody waits for ever, since both queues are FIFO; but a thread may be overtaken by all that a
// batch lets in, and no bound is claimed. A lone thread pays for two locks.
// There is no try_lock, as with cohort locks.
// Chabbi, Fagan, Mellor-Crummey 2015, "High Performance Locks for Multi-level NUMA Systems"; there
// with as many levels as the machine has, here with two.
#pragma once

#include <memory>

#include "locks/queue/mcs.hpp"
#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class hmcs {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // Two where everything is explored, so that it is reached there too.
    static constexpr std::uint32_t batch = Machine::is_native ? 64 : 2;
    static constexpr std::uint32_t climb = ~std::uint32_t{0};

public:
    static constexpr lock_traits traits{.cite = "Chabbi, Fagan & Mellor-Crummey 2015, two levels"};
    class alignas(cache_line) node {
        friend hmcs;
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> told{0};
        unsigned numa = 0;
    };

    void lock(node& mine) noexcept {
        mine.numa = Machine::node();
        home& here = homes_[mine.numa];
        // relaxed, both: published by the swap of tail and by the link.
        mine.next.store(nullptr, relaxed);
        mine.told.store(0, relaxed);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, so that our link is ordered after
        // its preparation, and with the release in leave().
        node* const before = here.tail.exchange(&mine, acq_rel);
        if (before != nullptr) {
            // release: publishes our prepared `told` to the predecessor that will write it.
            before->next.signal(&mine, release);
            // acquire: pairs with the release of the predecessor's hand-over.
            if (mine.told.await([](auto now) { return now != 0; }, acquire) != climb) return;
        }
        // relaxed: nobody else reads it from now on.
        mine.told.store(1, relaxed);
        root_.lock(here.at_root);
    }

    void unlock(node& mine) noexcept {
        // relaxed: read or written by this thread before.
        const std::uint32_t in_a_row = mine.told.load(relaxed);
        if (in_a_row != batch) {
            // acquire: pairs with the release of the successor's link.
            if (node* const after = mine.next.load(acquire); after != nullptr) {
                // release: publishes the critical section to the next holder.
                after->told.signal(in_a_row + 1, release);
                return;
            }
        }
        home& here = homes_[mine.numa];
        root_.unlock(here.at_root);
        leave(mine, here);
    }

private:
    struct alignas(cache_line) home {
        atomic<node*> tail{nullptr};
        typename mcs<Machine>::node at_root;
    };

    static void leave(node& mine, home& here) noexcept {
        // acquire: pairs with the release of the successor's link, here and below.
        node* after = mine.next.load(acquire);
        if (after == nullptr) {
            node* last = &mine;
            // release: publishes at_root to the next arrival's swap.
            if (here.tail.compare_exchange_strong(last, nullptr, release, relaxed)) return;
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        // release: publishes at_root to the successor, who uses it next.
        after->told.signal(climb, release);
    }

    mcs<Machine> root_;
    const std::unique_ptr<home[]> homes_{new home[Machine::node_limit()]};
};

}  // namespace tally
