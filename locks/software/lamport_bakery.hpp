// SPDX-License-Identifier: MIT
// Lamport's bakery: take a number above all that you see, and wait for who has a lower one.
//
//   place.choosing  1 while its thread takes a number     (its thread)
//   place.number    its thread's number, 0 if it has none (its thread)
//
// Invariant: of two threads with numbers the one with the lower number, or with the same number
// and the lower place, has the other waiting for it.
// FIFO, of loads and stores only, and each word has one writer. Who looks at a place first waits
// until no number is being taken there: else a thread that has read the same highest number, and
// has the lower place, could turn up behind its back.
// A passage reads every place twice, however few threads come; the numbers grow without bound
// while the bakery is never empty (64 bits of them last for centuries).
//
// Which accesses must be seq_cst: a thread that comes stores `choosing` and then reads the numbers;
// one that has taken its number has stored that and then reads `choosing`. One of the two must see
// the other, as in Dekker's algorithm; so these two stores and these two loads. What is left is a
// number that is given back, and a choice that is over: messages, for release and acquire.
// Lamport 1974, "A New Solution of Dijkstra's Concurrent Programming Problem".
#pragma once

#include <algorithm>
#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class lamport_bakery {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) place {
        atomic<std::uint64_t> number{0};
        atomic<std::uint32_t> choosing{0};
    };

public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .next_holder_may_destroy = true, .cite = "Lamport 1974"};
    struct node {};

    void lock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        place& mine = places_[me];
        // seq_cst: before the numbers are read; see the top of the file.
        mine.choosing.store(1, seq_cst);
        std::uint64_t number = 0;
        for (unsigned other = 0; other != limit_; ++other)
            // seq_cst: pairs with the store below, in another thread.
            number = std::max(number, places_[other].number.load(seq_cst));
        ++number;
        // seq_cst: before anybody's `choosing` is read.
        mine.number.store(number, seq_cst);
        // release: publishes the number to who waits for it to be chosen.
        mine.choosing.signal(0, release);

        for (unsigned other = 0; other != limit_; ++other) {
            if (other == me) continue;
            // seq_cst: pairs with the first store, in another thread.
            places_[other].choosing.await([](auto now) { return now == 0; }, seq_cst);
            // acquire: pairs with the release in unlock().
            places_[other].number.await(
                [=](auto now) { return now == 0 || now > number || (now == number && other > me); },
                acquire);
        }
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        places_[Machine::thread_number()].number.signal(0, release);
    }

private:
    const unsigned limit_ = Machine::thread_limit();
    const std::unique_ptr<place[]> places_{new place[limit_]};
};

}  // namespace tally
