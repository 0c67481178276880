// SPDX-License-Identifier: MIT
// Burns and Lynch's one bit a thread: give way to those before you, then wait for those behind.
//
//   place.wants   1 while its thread claims the lock, or is inside   (its thread)
//
// Invariant: who is past its second look at the places before it has the only claim there, or
// will be waited for by each who claims later.
// Of loads and stores only, and with the fewest bits that there can be: Burns and Lynch proved that
// n threads need n of them. A thread withdraws its claim whenever one before it has a claim, and
// stays with it otherwise, so that of all who claim the first goes in.
// Unfair, by number: a thread with a high number may wait for ever while lower ones come and go.
//
// Which accesses must be seq_cst: the claim, and the looks that follow it. Of two who claim one
// must see the other.
// Burns & Lynch 1980, "Mutual Exclusion Using Indivisible Reads and Writes".
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class burns_lynch {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) place {
        atomic<std::uint32_t> wants{0};
    };

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Burns & Lynch 1980"};
    struct node {};

    void lock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        auto& wants = places_[me].wants;
        for (;;) {
            for (unsigned before = 0; before != me; ++before)
                // relaxed: only a hint that a claim may last.
                places_[before].wants.await([](auto now) { return now == 0; }, relaxed);
            // seq_cst: before the looks below.
            wants.store(1, seq_cst);
            if (nobody_before(me)) break;
            // release: who reads this 0, and not the one of this thread's last unlock(), must see
            // its critical section all the same.
            wants.signal(0, release);
        }
        for (unsigned behind = me + 1; behind != limit_; ++behind)
            // seq_cst: pairs with that thread's claim; and with the release in its unlock().
            places_[behind].wants.await([](auto now) { return now == 0; }, seq_cst);
    }

    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        places_[Machine::thread_number()].wants.signal(0, release);
    }

private:
    bool nobody_before(unsigned me) noexcept {
        for (unsigned before = 0; before != me; ++before)
            // seq_cst: pairs with that thread's claim; and with the release in its unlock().
            if (places_[before].wants.load(seq_cst) != 0) return false;
        return true;
    }

    const unsigned limit_ = Machine::thread_limit();
    const std::unique_ptr<place[]> places_{new place[limit_]};
};

}  // namespace tally
