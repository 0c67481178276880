// SPDX-License-Identifier: MIT
// Yang and Anderson's tournament: at each gate of a tree two threads meet, and who waits watches a
// word of its own.
//
//   gate.here[side]  who has come to the gate from that side, or nobody   (threads of that side)
//   gate.last        who came last                                        (both)
//   place.told[level]  what its thread has been told at that level: 0 nothing; 1 that its rival
//                    has come last; 2 that it may pass                    (its thread, its rival)
//
// Invariant: at a gate, of two threads that have come the one in gate.last waits, and the other
// has passed or will.
// Of loads and stores only. A thread goes up from gate to gate, log2 of the limit of threads in
// all, and gives them back from the top. A waiter re-reads its own line and nothing else, so a
// waiter costs nobody anything: the first such lock without read-modify-writes. Nobody starves.
//
// Which accesses must be seq_cst: a thread stores its name in two words of the gate and takes back
// what it was told, and then reads who else is there; and one that gives a gate back stores that,
// and then reads who came last. Each of these pairs is Dekker's: one of the two must see the other,
// or both wait. Once a thread waits for what it is told, messages suffice.
// Yang & Anderson 1995, "A Fast, Scalable Mutual Exclusion Algorithm".
#pragma once

#include <bit>
#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class yang_anderson {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr unsigned most_levels = 16;

    struct alignas(cache_line) gate {
        atomic<std::uint32_t> here[2]{};
        atomic<std::uint32_t> last{0};
    };
    struct alignas(cache_line) place {
        atomic<std::uint32_t> told[most_levels]{};
    };

public:
    static constexpr lock_traits traits{.cite = "Yang & Anderson 1995"};
    struct node {};

    void lock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        for (unsigned level = 0; level != levels_; ++level)
            pass(me, level);
    }

    void unlock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        for (unsigned level = levels_; level-- != 0;)
            give_back(me, level);
    }

private:
    // Gates lie as in a heap: 1 is the top one, and 2n and 2n + 1 stand before n.
    gate& gate_of(unsigned me, unsigned level) noexcept {
        return gates_[(limit_ + me) >> (level + 1)];
    }

    void pass(unsigned me, unsigned level) noexcept {
        const std::uint32_t name = me + 1;
        const unsigned side = me >> level & 1U;
        gate& at = gate_of(me, level);
        auto& told = places_[me].told[level];
        // seq_cst, down to the signal: see the top of the file.
        at.here[side].store(name, seq_cst);
        at.last.store(name, seq_cst);
        told.store(0, seq_cst);
        const std::uint32_t rival = at.here[1 - side].load(seq_cst);
        if (rival == 0 || at.last.load(seq_cst) != name) return;
        auto& its = places_[rival - 1].told[level];
        if (its.load(seq_cst) == 0) its.signal(1, seq_cst);
        // acquire: pairs with either signal, so that `last` is read as the rival left it.
        told.await([](auto now) { return now != 0; }, acquire);
        // acquire: pairs with the store of a rival that came last, after all that it did inside.
        if (at.last.load(acquire) != name) return;
        // acquire: pairs with the signal in give_back().
        told.await([](auto now) { return now == 2; }, acquire);
    }

    void give_back(unsigned me, unsigned level) noexcept {
        const std::uint32_t name = me + 1;
        gate& at = gate_of(me, level);
        // seq_cst, all three: see the top of the file. The critical section is published to the
        // next holder by the first or by the last.
        at.here[me >> level & 1U].store(0, seq_cst);
        const std::uint32_t rival = at.last.load(seq_cst);
        if (rival != name) places_[rival - 1].told[level].signal(2, seq_cst);
    }

    const unsigned limit_ = std::bit_ceil(Machine::thread_limit());
    const unsigned levels_ = static_cast<unsigned>(std::countr_zero(limit_));
    const std::unique_ptr<gate[]> gates_{new gate[limit_]};
    const std::unique_ptr<place[]> places_{new place[limit_]};
};

}  // namespace tally
