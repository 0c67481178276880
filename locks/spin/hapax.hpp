// SPDX-License-Identifier: MIT
// Hapax lock: each passage has a value that is used once; who comes waits for the value before.
//
//   arrived_   the value that arrived last                 (swapped by arrivals)
//   left_      the value that left last                    (only the holder writes it)
//   places     of all locks: a value that left last there  (written by holders)
//   blocks     blocks of values that have been given out   (incremented by threads)
//   node       the values left in its thread's block, and the one that it came under  (its own)
//
// Invariant: arrived_ == left_ if and only if nobody is inside or waiting; no value is in either
// word twice.
// FIFO, in two words. A value chooses a place, where its successor waits for a change and then
// looks at left_: that place may be written by any lock, and who looks up by mistake goes back.
// Nothing but values is handed around, so no thread's memory is touched by another, and nothing
// has to outlive its use. In exchange a release writes a second line, whoever waits; and since
// places are shared, both writes must be seq_cst.
// Dice & Kogan 2025, "Hapax Locks: Value-Based Mutual Exclusion": its form without visible waiters.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class hapax {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    // Few of them where everything is explored, so that they are shared there too.
    static constexpr unsigned log2_places = Machine::is_native ? 12 : 1;
    static constexpr std::uint64_t block = std::uint64_t{1} << 16;

public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .next_holder_may_destroy = true, .cite = "Dice & Kogan 2025"};
    class node {
        friend hapax;
        std::uint64_t next = 0;
        std::uint64_t mine = 0;
    };

    void lock(node& with) noexcept {
        with.mine = new_value(with);
        // relaxed: orders arrivals only; no data is read through it.
        const std::uint64_t before = arrived_.exchange(with.mine, relaxed);
        auto& place = place_of(before);
        // seq_cst, all three: pair with the two stores in unlock(). What is read at the place may
        // be another lock's value, put over the one that was meant for this thread: reading it
        // shows nothing of the unlock() before, unless all five are in one order.
        std::uint64_t seen = place.load(seq_cst);
        while (left_.load(seq_cst) != before)
            seen = place.await([=](auto now) { return now != seen; }, seq_cst);
    }

    bool try_lock(node& with) noexcept {
        // acquire: pairs with the release of left_ in unlock().
        std::uint64_t before = left_.load(acquire);
        with.mine = new_value(with);
        // relaxed, both: arrives only if the last who arrived has left.
        return arrived_.compare_exchange_strong(before, with.mine, relaxed, relaxed);
    }

    void unlock(node& with) noexcept {
        // Chosen now: the next holder may destroy the lock.
        auto& place = place_of(with.mine);
        // seq_cst, both: see lock(). The first publishes the critical section to the next holder.
        left_.store(with.mine, seq_cst);
        place.signal(with.mine, seq_cst);
    }

private:
    // From 1 on: 0 is in both words of a new lock.
    static std::uint64_t new_value(node& with) noexcept {
        // relaxed: says which values are taken, and nothing else.
        if (with.next % block == 0) with.next = blocks.fetch_add(1, relaxed) * block + 1;
        return with.next++;
    }

    atomic<std::uint64_t>& place_of(std::uint64_t value) noexcept {
        // By block and lock, so that a thread finds its places in its cache.
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4): the low bits of an address say little.
        const std::uint64_t key =
            reinterpret_cast<std::uintptr_t>(this) / sizeof(hapax) + value / block;
        return places[key * 0x9E3779B97F4A7C15ULL >> (64 - log2_places)];
    }

    inline static atomic<std::uint64_t> places[1U << log2_places]{};
    inline static atomic<std::uint64_t> blocks{0};

    atomic<std::uint64_t> arrived_{0};
    atomic<std::uint64_t> left_{0};
};

}  // namespace tally
