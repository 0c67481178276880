// SPDX-License-Identifier: MIT
// Generic concurrency restriction around an MCS lock: lets few threads at a time come to it, and
// keeps the others in a line outside.
//
//   word_       active, watched, approved: how many have come to the lock and not left it; 1 while
//               the first in line watches this word; 1 when it may come although enough are there
//   inner_      the lock                                     (an MCS lock, as it is)
//   line_       the line: who holds it is the first in line  (an MCS lock)
//   releases_   how often the lock was released              (the holder's)
//
//   active,watched,approved
//   lock, few there           a,w,p -> a+1,w,p    goes to the lock
//   lock, enough there        holds line_, sets watched, waits for few or approved; then
//                             a,1,p -> a+1,0,0    leaves line_, goes to the lock
//   unlock                    a,w,p -> a-1,w,p
//
// Invariant: whoever holds or waits for inner_ is counted in `active`; only the holder of line_
// sets watched, and clears it before it leaves. What word_ says decides who waits where; inner_
// alone excludes. A lock works no faster with more waiters than keep it busy; they only take CPUs
// and cache from the threads that have work. Here a few take turns, and the rest wait for long,
// best asleep. Unfair, on purpose: the first in line gets in once few are there, or each `period`
// releases, so nobody waits for ever; how often it is overtaken has no bound. An uncontended thread
// pays two atomic additions more. Dice & Kogan 2019, "Avoiding Scalability Collapse by Restricting
// Concurrency". There two words stand for word_, and the line's code is part of the wrapper.
#pragma once

#include "locks/queue/mcs.hpp"
#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class gcr_mcs {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    static constexpr std::uint32_t approved = 1;
    static constexpr std::uint32_t watched = 2;
    static constexpr std::uint32_t one = 4;

    // The holder, the next one, and who is on the way. One where everything is explored, so that
    // the line is reached there too.
    static constexpr std::uint32_t enough = Machine::is_native ? 4 : 1;
    static constexpr unsigned period = Machine::is_native ? 1000 : 2;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Dice & Kogan 2019, GCR over MCS"};
    class node {
        friend gcr_mcs;
        typename mcs<Machine>::node inner;
        typename mcs<Machine>::node line;
    };

    void lock(node& mine) noexcept {
        // relaxed, all accesses to word_: see the invariant.
        if (word_.load(relaxed) / one < enough)
            word_.fetch_add(one, relaxed);
        else
            wait_in_line(mine);
        inner_.lock(mine.inner);
    }

    void unlock(node& mine) noexcept {
        const unsigned releases = releases_.read() + 1;
        releases_.write(releases);
        if (releases % period == 0 && (word_.load(relaxed) & watched) != 0)
            word_.fetch_or(approved, relaxed);
        // Before the lock is released: then its next holder may destroy it.
        if ((word_.fetch_sub(one, relaxed) & watched) != 0) word_.notify_all();
        inner_.unlock(mine.inner);
    }

private:
    void wait_in_line(node& mine) noexcept {
        line_.lock(mine.line);
        word_.fetch_or(watched, relaxed);
        std::uint32_t seen = word_.await(
            [](auto now) { return (now & approved) != 0 || now / one < enough; }, relaxed);
        // Somebody may have come meanwhile: one more is there, then, than is enough.
        while (!word_.compare_exchange_strong(seen, (seen & ~(watched | approved)) + one, relaxed,
                                              relaxed)) {
        }
        line_.unlock(mine.line);
    }

    atomic<std::uint32_t> word_{0};
    typename Machine::template plain<unsigned> releases_{0};
    mcs<Machine> inner_;
    mcs<Machine> line_;
};

}  // namespace tally
