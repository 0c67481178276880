// SPDX-License-Identifier: MIT
// Parking: how a thread sleeps until a word has a value it wants, without a lost wake-up,
// and without a system call when nobody waits.
//
//   waiters   per bucket: threads that are about to sleep, or sleep, on a word of this bucket
//             (incremented and decremented by the waiters themselves)
//
// The waiter announces itself and then looks at the word; the signaller stores the word and
// then looks for waiters. All four are seq_cst, so one of the two sees the other: either the
// waiter reads the new value, or the signaller reads the announcement and wakes. The word can
// change between the look and the sleep; `wait` compares again, so that change is not slept over.
//
// The counts live in a table beside the locks, not in them: after its store, signal() touches
// only the table. A lock may therefore be destroyed by its next holder while the previous
// holder is still inside signal().
//
// Cost of a signal when nobody waits: a seq_cst store and one load. Weakness: locks that share
// a bucket pay each other's wake-ups.
//
// The protocol is written against a machine so that the checker can decide it.
// The idea of a table keyed by address: Linux futex (Franke, Russell, Kirkwood 2002);
// WebKit ParkingLot (Pizlo 2015).
#pragma once

#include <cstddef>
#include <cstdint>

#include "machines/contract.hpp"

namespace tally {

// The protocol's two halves, wherever the count of waiters lies.
template <class Count, class Word, class Predicate>
auto await_announced(Count& waiters, Word& word, Predicate satisfies) {
    // seq_cst: pairs with the look in signal_announced(); see the top of the file.
    waiters.fetch_add(1, seq_cst);
    auto value = word.load(seq_cst);
    while (!satisfies(value)) {
        word.wait(value, seq_cst);
        // acquire: pairs with the store in signal_announced(). seq_cst is not needed here, because
        // wait() compares once more before it sleeps.
        value = word.load(acquire);
    }
    // relaxed: a signaller that still sees this waiter makes one call too many, no more.
    waiters.fetch_sub(1, relaxed);
    return value;
}

template <class Count, class Word, class T>
void signal_announced(Count& waiters, Word& word, T value, bool one) {
    // seq_cst, both: pairs with the announcement and the look in await_announced().
    word.store(value, seq_cst);
    if (waiters.load(seq_cst) == 0) return;
    if (one)
        word.notify_one();
    else
        word.notify_all();
}

template <class Machine, std::size_t Buckets = 256>
class parking_table {
    struct alignas(cache_line) bucket {
        typename Machine::template atomic<std::uint32_t> waiters{0};
    };

public:
    // Blocks until a value of `word` satisfies, and returns that value.
    template <class Word, class Predicate>
    auto await(Word& word, Predicate satisfies) {
        return await_announced(of(&word).waiters, word, satisfies);
    }

    // The same, until about `nanoseconds` have passed: returns the last value read, which does
    // not satisfy if time ran out. A time-out loses nothing: the waiter stands back, and a
    // signaller that still sees its announcement makes one call too many. Machines that have
    // `wait_until` park this way; deadlines are in their own nanoseconds, now().
    template <class Word, class Predicate>
    auto await_for(Word& word, Predicate satisfies, std::uint64_t nanoseconds) {
        const std::uint64_t deadline = Machine::now() + nanoseconds;
        auto& waiters = of(&word).waiters;
        // seq_cst, relaxed: as in await().
        waiters.fetch_add(1, seq_cst);
        auto value = word.load(seq_cst);
        while (!satisfies(value)) {
            if (!word.wait_until(value, deadline)) {
                value = word.load(seq_cst);
                break;
            }
            value = word.load(seq_cst);
        }
        waiters.fetch_sub(1, relaxed);
        return value;
    }

    // Stores, then wakes: all waiters, or at least one.
    template <class Word, class T>
    void signal(Word& word, T value, bool one = false) {
        signal_announced(of(&word).waiters, word, value, one);
    }

private:
    bucket& of(const void* address) noexcept {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4): the low bits of an address say little.
        const auto bits = reinterpret_cast<std::uintptr_t>(address) >> 2U;
        return buckets_[(bits * 0x9E3779B97F4A7C15ULL >> 32U) % Buckets];
    }

    bucket buckets_[Buckets]{};
};

}  // namespace tally
