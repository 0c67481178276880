// SPDX-License-Identifier: MIT
// Graunke and Thakkar's array lock: each thread owns a flag for ever; a release turns it over.
//
//   last_       whose flag the next arrival watches, and what it shows until then  (swapped by
//               arrivals: twice the thread's number, plus the flag's value)
//   flag        turned over by its owner at each release                           (its owner)
//   node.owner  whose flag its thread turns over                                   (its own)
//
// Invariant: a flag shows another value than the one swapped into last_ with it if and only if
// its owner's passage is over.
// FIFO. A thread waits at its predecessor's flag, as in CLH, but nothing is handed around: the
// flag stays its owner's, because the value to watch for comes with it. So a thread that comes
// again at once cannot deceive who still watches: it turns the flag over only once that one has
// gone by. It costs a line for each thread that there may be, in every lock.
// There is no try_lock: what has been swapped in must be waited for.
// Graunke & Thakkar 1990, "Synchronization Algorithms for Shared-Memory Multiprocessors".
#pragma once

#include <memory>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class graunke_thakkar {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) place {
        atomic<std::uint32_t> flag{0};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo,
                                        .next_holder_may_destroy = true,
                                        .cite = "Graunke & Thakkar 1990"};
    class node {
        friend graunke_thakkar;
        unsigned owner = 0;
    };

    void lock(node& mine) noexcept {
        mine.owner = Machine::thread_number();
        // relaxed: written by this thread only.
        const std::uint32_t shows = places_[mine.owner].flag.load(relaxed);
        // release: publishes what the flag shows now to the successor, who must not read it as it
        // was before. acquire: pairs with that release of the predecessor.
        const std::uint32_t before = last_.exchange(2 * mine.owner + shows, acq_rel);
        // acquire: pairs with the release in the predecessor's unlock().
        places_[before / 2].flag.await([=](auto now) { return now != before % 2; }, acquire);
    }

    void unlock(node& mine) noexcept {
        auto& flag = places_[mine.owner].flag;
        // relaxed: written by this thread only. release: publishes the critical section to the
        // next holder.
        flag.signal(1 - flag.load(relaxed), release);
    }

private:
    const std::unique_ptr<place[]> places_{new place[Machine::thread_limit()]};
    // As if thread 0 had been inside, its flag having shown 1.
    atomic<std::uint32_t> last_{1};
};

}  // namespace tally
