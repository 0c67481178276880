// SPDX-License-Identifier: MIT
// Tidex: a ticket lock whose tickets are the threads' own names, so that a swap is all it needs.
//
//   ingress_   the name that arrived last              (swapped by arrivals)
//   egress_    the name that left last                 (only the holder writes it)
//   node.name  the name that its thread came under     (its own)
//
// Invariant: ingress_ == egress_ if and only if nobody is inside or waiting.
// FIFO, in two words. Who arrives waits for its predecessor's name to leave. A thread has two
// names, and takes the one that is not in egress_: else who comes after it would find the name
// there, left from its passage before, and enter beside it.
// Every waiter re-reads one line, as in a ticket lock; it wants a swap where that wants an
// addition, and a number for each thread.
// There is no try_lock: between the look at egress_ and a compare-exchange on ingress_ the thread
// that has left may be there again under the same name, and inside.
// Ramalhete & Correia 2014; 2016, "Tidex: A Mutual Exclusion Lock".
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class tidex {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Ramalhete & Correia 2014"};
    class node {
        friend tidex;
        std::uint32_t name = 0;
    };

    void lock(node& mine) noexcept {
        // relaxed: only this thread writes its names, so it sees one there if it is there.
        mine.name = name_apart_from(egress_.load(relaxed));
        // relaxed: orders arrivals only; no data is read through it.
        const std::uint32_t before = ingress_.exchange(mine.name, relaxed);
        // acquire: pairs with the release in unlock().
        egress_.await([=](auto left) { return left == before; }, acquire);
    }

    void unlock(node& mine) noexcept {
        // release: publishes the critical section to the next holder.
        egress_.signal(mine.name, release);
    }

private:
    // Names are from 1 on: 0 is nobody's, and is in both words of a new lock.
    static std::uint32_t name_apart_from(std::uint32_t left) noexcept {
        const std::uint32_t one = 2 * Machine::thread_number() + 1;
        return one == left ? one + 1 : one;
    }

    atomic<std::uint32_t> ingress_{0};
    atomic<std::uint32_t> egress_{0};
};

}  // namespace tally
