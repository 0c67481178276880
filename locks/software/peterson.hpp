// SPDX-License-Identifier: MIT
// Peterson's algorithm at each gate of a tree: after you, if you want to.
//
//   gate.wants[side]  1 while somebody wants to pass from that side, or has passed  (that side)
//   gate.last         the side that came last                                       (both)
//
// Invariant: of two sides that want to pass a gate, the one in gate.last waits.
// Of loads and stores only. Two threads settle it in two stores and two loads each; for more, a
// thread goes up a tree of gates, log2 of the limit of threads in all, and gives them back from
// the top. Nobody starves, but a thread on its way up may be passed by others more than once.
// A waiter reads two words, which two threads write.
//
// Which accesses must be seq_cst: a side stores `wants` and `last`, and then reads the other side's
// `wants`. With less, each may read that the other wants nothing, and both pass; or, of two that
// came, both that the other was last. What gives a gate back is a message.
// Peterson 1981, "Myths About the Mutual Exclusion Problem"; the tree is Peterson & Fischer's,
// 1977.
#pragma once

#include <bit>
#include <memory>

#include "machines/contract.hpp"
#include "machines/looking.hpp"

namespace tally {

template <class Machine>
class peterson {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) gate {
        atomic<std::uint32_t> wants[2]{};
        atomic<std::uint32_t> last{0};
    };

public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Peterson 1981"};
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
        // seq_cst, these two and the look at `wants`: see the top of the file.
        at.wants[side].store(1, seq_cst);
        at.last.store(side, seq_cst);
        // acquire: pairs with the rival's store, which comes after all that it did inside.
        for (looking<Machine> again;
             at.wants[1 - side].load(seq_cst) != 0 && at.last.load(acquire) == side;)
            again.later();
    }

    const unsigned limit_ = std::bit_ceil(Machine::thread_limit());
    const unsigned levels_ = static_cast<unsigned>(std::countr_zero(limit_));
    const std::unique_ptr<gate[]> gates_{new gate[limit_]};
};

}  // namespace tally
