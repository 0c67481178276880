// SPDX-License-Identifier: MIT
// Lamport's fast mutual exclusion: alone, a passage takes seven accesses, however many threads
// there may be.
//
//   first_     who came to the first door last          (everybody who comes)
//   second_    who is past the second door, or nobody   (everybody who comes; the holder clears it)
//   place.in   1 while its thread is between the doors or inside   (its thread)
//
// Invariant: who is inside is named in second_, until it leaves.
// Of loads and stores only. Who finds no other name at either door is in. Where names collide,
// each who lost waits until nobody is between the doors; then second_ says who won.
// Unfair: a thread may lose its name at a door for ever.
//
// Which accesses must be seq_cst: a name is stored and then another word is read, at each of the
// doors and at `in`, and of two threads that do so one must see the other. What ends a passage is
// a message, for release and acquire.
// Lamport 1987, "A Fast Mutual Exclusion Algorithm".
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class lamport_fast {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) place {
        atomic<std::uint32_t> in{0};
    };

public:
    static constexpr lock_traits traits{.cite = "Lamport 1987"};
    struct node {};

    void lock(node&) noexcept {
        const unsigned me = Machine::thread_number();
        const std::uint32_t name = me + 1;
        auto& in = places_[me].in;
        for (;;) {
            // seq_cst, all that is not said otherwise: see the top of the file.
            in.store(1, seq_cst);
            first_.store(name, seq_cst);
            if (second_.load(seq_cst) != 0) {
                // release, here and below: who reads this 0, and not the one of this thread's last
                // unlock(), must see its critical section all the same.
                in.signal(0, release);
                until_nobody_is_inside();
                continue;
            }
            second_.store(name, seq_cst);
            if (first_.load(seq_cst) == name) return;
            in.signal(0, release);
            for (unsigned other = 0; other != limit_; ++other)
                places_[other].in.await([](auto now) { return now == 0; }, seq_cst);
            // relaxed: nobody has been inside since this thread stored its name, if it is there.
            if (second_.load(relaxed) == name) return;
            until_nobody_is_inside();
        }
    }

    void unlock(node&) noexcept {
        // release, both: publish the critical section to the next holder, who reads one of them.
        second_.signal(0, release);
        places_[Machine::thread_number()].in.signal(0, release);
    }

private:
    void until_nobody_is_inside() noexcept {
        // relaxed: only a hint that another try may succeed.
        second_.await([](auto now) { return now == 0; }, relaxed);
    }

    const unsigned limit_ = Machine::thread_limit();
    const std::unique_ptr<place[]> places_{new place[limit_]};
    alignas(cache_line) atomic<std::uint32_t> first_{0};
    alignas(cache_line) atomic<std::uint32_t> second_{0};
};

}  // namespace tally
