// SPDX-License-Identifier: MIT
// A queue lock for two sockets: the holder looks for a successor on its own socket, and sets those
// that it passes over aside, in a second queue whose head travels with the lock.
//
//   tail_          the last node of the main queue, or null      (swapped by arrivals)
//   node.next      who comes after this node                     (by the one who comes after)
//   node.granted   0: wait; 1: enter; else enter, and this is the head of the second queue
//   node.aside     of the second queue's head: its last node     (by the holder)
//
// Not hostile, but a trap for audits: the release of the compare-exchange that makes the second
// queue the main one is needed, and it takes four threads to see it. A node is set aside, its
// `next` emptied, by one thread; the lock goes to another, which makes that node the tail; and a
// third links itself behind. With three threads, whoever comes last knows of the emptying.
// After Dice & Kogan 2019, "Compact NUMA-aware locks".
#pragma once

#include "machines/contract.hpp"

namespace tally::hostile {

template <class Machine>
class two_sockets {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.cite = "after Dice & Kogan 2019"};
    struct node {
        atomic<node*> next{nullptr};
        atomic<node*> aside{nullptr};
        atomic<std::uintptr_t> granted{0};
        atomic<unsigned> socket{0};
    };

    void lock(node& mine) noexcept {
        // relaxed, all: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.granted.store(0, relaxed);
        mine.socket.store(Machine::node(), relaxed);
        // acq_rel: as in mcs.
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) {
            mine.granted.store(1, relaxed);
            return;
        }
        // release: publishes our node to whoever looks for a successor.
        before->next.signal(&mine, release);
        // acquire: pairs with the release of the hand-over.
        mine.granted.await([](auto now) { return now != 0; }, acquire);
    }

    void unlock(node& mine) noexcept {
        // acquire: pairs with the release of the link.
        node* after = mine.next.load(acquire);
        const std::uintptr_t said = mine.granted.load(relaxed);
        if (after == nullptr) {
            node* last = &mine;
            if (said == 1) {
                // release: publishes the critical section to the next arrival's swap.
                if (tail_.compare_exchange_strong(last, nullptr, release, relaxed)) return;
            } else {
                node* const head = reinterpret_cast<node*>(said);
                // release: publishes that the second queue's last `next` is empty.
                if (tail_.compare_exchange_strong(last, head->aside.load(relaxed), release,
                                                  relaxed)) {
                    hand_over(*head, 1);
                    return;
                }
            }
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        std::uintptr_t second = said;
        if (node* const near = on_my_socket(mine, *after, second); near != nullptr) {
            hand_over(*near, second);
        } else if (second != 1) {
            node* const head = reinterpret_cast<node*>(second);
            // release: publishes the nodes of the main queue to who will walk along them.
            head->aside.load(relaxed)->next.signal(after, release);
            hand_over(*head, 1);
        } else {
            hand_over(*after, 1);
        }
    }

private:
    // release: publishes the critical section to the next holder.
    static void hand_over(node& to, std::uintptr_t second) { to.granted.signal(second, release); }

    // The first of the queue that waits on the holder's socket. Those before it go aside.
    static node* on_my_socket(node& mine, node& after, std::uintptr_t& second) {
        const unsigned here = mine.socket.load(relaxed);
        if (after.socket.load(relaxed) == here) return &after;
        node* last = &after;
        // acquire: pairs with the release of the link.
        for (node* at = after.next.load(acquire); at != nullptr; at = at->next.load(acquire)) {
            if (at->socket.load(relaxed) != here) {
                last = at;
                continue;
            }
            if (second != 1) {
                node* const head = reinterpret_cast<node*>(second);
                head->aside.load(relaxed)->next.signal(&after, release);
            } else {
                second = reinterpret_cast<std::uintptr_t>(&after);
            }
            last->next.store(nullptr, relaxed);
            reinterpret_cast<node*>(second)->aside.store(last, relaxed);
            return at;
        }
        return nullptr;
    }

    atomic<node*> tail_{nullptr};
};

}  // namespace tally::hostile
