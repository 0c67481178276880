// SPDX-License-Identifier: MIT
// Anderson's array lock: a ring of flags; each arrival waits at the next one.
//
//   next_           how many have arrived; modulo the ring's size, the next arrival's slot
//   slot.may_enter  1 when who waits there may enter    (set by the holder before, cleared by the
//                                                        one who enters)
//   node.slot       where its thread waits or entered   (its own)
//
// Invariant: at most one flag of the ring is 1, and while somebody is inside none is.
// FIFO. Each waiter reads a line of its own, and a release writes one waiter's line. It costs a
// line for each thread that there may be, in every lock: with more threads than slots two of them
// would wait at one flag, and both enter. The ring is as long as the machine's limit of threads.
// There is no try_lock: a slot that is taken must be waited for.
// Anderson 1990, "The Performance of Spin Lock Alternatives".
#pragma once

#include <bit>
#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class anderson_array {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) slot {
        atomic<std::uint32_t> may_enter{0};
    };

public:
    static constexpr lock_traits traits{
        .order = admission::fifo, .next_holder_may_destroy = true, .cite = "Anderson 1990"};
    class node {
        friend anderson_array;
        std::uint32_t slot = 0;
    };

    // relaxed: published as the lock itself is.
    anderson_array() { ring_[0].may_enter.store(1, relaxed); }

    void lock(node& mine) noexcept {
        // relaxed: orders arrivals only; no data is read through it.
        mine.slot = next_.fetch_add(1, relaxed) & mask_;
        auto& flag = ring_[mine.slot].may_enter;
        // acquire: pairs with the release in unlock().
        flag.await([](auto now) { return now == 1; }, acquire);
        // relaxed: it is set again by a thread that has been inside after this one.
        flag.store(0, relaxed);
    }

    void unlock(node& mine) noexcept {
        // release: publishes the critical section to the next holder.
        ring_[(mine.slot + 1) & mask_].may_enter.signal_one(1, release);
    }

private:
    // A power of two, so that the ring goes on where the count of arrivals begins again.
    const std::uint32_t mask_ = std::bit_ceil(Machine::thread_limit()) - 1;
    const std::unique_ptr<slot[]> ring_{new slot[mask_ + 1]};
    atomic<std::uint32_t> next_{0};
};

}  // namespace tally
