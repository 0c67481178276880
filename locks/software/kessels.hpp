// SPDX-License-Identifier: MIT
// Kessels' tournament: Peterson's algorithm in which no two sides write one word.
//
//   gate.wants[side]  1 while somebody wants to pass from that side, or has passed   (that side)
//   gate.turn[side]   that side's half of whose turn it is: side 0 makes it equal to the other's,
//                     side 1 makes it different                                      (that side)
//
// Invariant: of two sides that want to pass a gate, the one that wrote its half last waits: side 0
// while the halves are equal, side 1 while they differ.
// Of loads and stores only. At each gate there is one writer to a word. A thread goes up a tree of
// gates, log2 of the limit of threads in all, and gives them back from the top. A waiter reads
// three words for Peterson's two.
//
// Which accesses must be seq_cst: a side stores `wants`, reads the other's half and stores its own,
// and then reads the other's `wants`. Of two that do so, one must see what the other stored first,
// at both of the reads. What gives a gate back is a message.
// Kessels 1982, "Arbitration Without Common Modifiable Variables".
#pragma once

#include <bit>
#include <memory>

#include "machines/contract.hpp"
#include "machines/looking.hpp"

namespace tally {

template <class Machine>
class kessels {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) gate {
        atomic<std::uint32_t> wants[2]{};
        atomic<std::uint32_t> turn[2]{};
    };

public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Kessels 1982"};
    struct node {};

    void lock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        for (unsigned level = 0; level != levels_; ++level)
            pass(gate_of(me, level), me >> level & 1U);
    }

    void unlock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        // release: publishes the critical section to the next holder.
        for (unsigned level = levels_; level-- != 0;)
            gate_of(me, level).wants[me >> level & 1U].store(0, release);
    }

private:
    // Gates lie as in a heap: 1 is the top one, and 2n and 2n + 1 stand before n.
    gate& gate_of(unsigned me, unsigned level) noexcept {
        return gates_[(limit_ + me) >> (level + 1)];
    }

    static void pass(gate& at, unsigned side) noexcept {
        // seq_cst, down to the look at `wants`: see the top of the file.
        at.wants[side].store(1, seq_cst);
        const std::uint32_t mine = at.turn[1 - side].load(seq_cst) ^ side;
        at.turn[side].store(mine, seq_cst);
        // acquire: pairs with the rival's store, which comes after all that it did inside.
        for (looking<Machine> again; at.wants[1 - side].load(seq_cst) != 0 &&
                                     (at.turn[1 - side].load(acquire) ^ side) == mine;)
            again.later();
    }

    const unsigned limit_ = std::bit_ceil(Machine::thread_limit());
    const unsigned levels_ = static_cast<unsigned>(std::countr_zero(limit_));
    const std::unique_ptr<gate[]> gates_{new gate[limit_]};
};

}  // namespace tally
