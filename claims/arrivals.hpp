// SPDX-License-Identifier: MIT
// Threads that come to a lock one after the other, in an order that is known.
//
// When has a thread arrived? A lock's order is the order in which threads pass its doorway: the
// bounded number of steps at the head of lock() that take a place in the order, and in which
// nobody waits for anybody (Lamport 1974). Calling lock() first is not arriving first: a thread
// may lose its CPU in the doorway, and be overtaken rightly. So the usher, who holds the lock,
// calls one thread, and calls the next one only when the first certainly waits. That is known by
// what the thread does, never by how long ago it was called:
//
// - a lock written against a machine waits with the machine's verbs, so the machine is asked: see
//   stress/announcing.hpp. The thread is then past its doorway, without any doubt.
// - a library's lock waits by itself. Seen from outside, its thread sleeps in the kernel, or has
//   burnt a millisecond of its own CPU time since it said `acquiring`, thousands of times what a
//   doorway costs. A virtual machine may stop a CPU inside the doorway and charge the time
//   to the thread; that is rare, so one surprise in a run is not a refutation and two are.
#pragma once

#include <memory>

#include "claims/claim.hpp"

namespace tally::stress {

// Surprises that may be the observer's.
template <class Lock>
unsigned doubtful() noexcept {
    return Lock::traits.waiting == waits::itself ? 1 : 0;
}

// The usher's side: who is called, and when all have come back.
template <class Machine>
class arrivals {
    using word = typename meeting<Machine>::word;

public:
    explicit arrivals(unsigned threads) : threads_(threads), called_(new word[threads]) {}

    // The usher: has `thread` come for its `round`th time, and returns once it waits.
    void call(const script& with, unsigned thread, std::uint32_t round) {
        called_[thread].signal(round, release);
        until_waiting<Machine>(with, thread);
    }
    // The thread called: returns when its turn to come has come.
    void until_called(unsigned me, std::uint32_t round) {
        called_[me].await([=](auto n) { return n == round; }, acquire);
    }
    // Everybody but the usher, at the end of each round; the usher waits for all of them.
    void leave() {
        // acq_rel: the last to leave speaks for all.
        left_.fetch_add(1, acq_rel);
        left_.notify_all();
    }
    void until_all_left(std::uint32_t round) {
        left_.await([=, this](auto n) { return n == round * (threads_ - 1); }, acquire);
    }

private:
    const unsigned threads_;
    const std::unique_ptr<word[]> called_;
    word left_{0};
};

}  // namespace tally::stress
