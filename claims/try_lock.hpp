// SPDX-License-Identifier: MIT
// try_lock() never blocks and never lies.
//
// Each round: thread 0 holds the lock until every other thread has tried. Each must come back
// (one that blocks is a hang) and must have been refused. Then thread 0 releases, and one of the
// others tries alone: it must get in. Last, everybody adds to a plain number at once, some with
// lock() and some with try_lock(): what was granted must be in the number, so a refused try left
// the lock as it was and a granted one really kept the others out.
//
// A lock that refuses for no reason is refuted by the lone try. C++ permits that of
// std::mutex::try_lock; no lock here makes use of it.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct try_lock {
    static constexpr std::string_view sentence = "try_lock never blocks and never lies";
    static constexpr bool applies_to(const lock_facts& lock) { return lock.tries; }

    static verdict run(const script& with) {
        const unsigned threads = std::max(with.threads, 2U);
        Lock lock;
        word held{0};   // the round for which thread 0 has taken the lock
        word tried{0};  // tries that have come back
        word freed{0};  // the round for which thread 0 has released it
        word alone{0};  // the round whose lone try has come back
        typename Machine::template plain<std::uint64_t> number{0};
        std::vector<std::uint64_t> granted(threads);
        findings found(threads);

        on_team<Machine>(with, threads, [&](unsigned me) {
            typename Lock::node mine;
            for (std::uint32_t round = 1; round <= with.rounds; ++round) {
                const unsigned lone = 1 + round % (threads - 1);
                if (me == 0) {
                    with.at(me, step::acquiring);
                    lock.lock(mine);
                    with.at(me, step::inside);
                    held.signal(round, release);
                    tried.await([=](auto n) { return n == round * (threads - 1); }, acquire);
                    with.at(me, step::releasing);
                    lock.unlock(mine);
                    with.at(me, step::outside);
                    freed.signal(round, release);
                    alone.await([=](auto n) { return n == round; }, acquire);
                    continue;
                }
                held.await([=](auto n) { return n == round; }, acquire);
                with.at(me, step::acquiring);
                if (lock.try_lock(mine)) {
                    found.note(me, "try_lock let thread " + std::to_string(me) +
                                       " in while thread 0 was inside");
                    lock.unlock(mine);
                }
                with.at(me, step::outside);
                // acq_rel: the last to come back speaks for all. Told with notify, since several
                // threads add here and signal is a store.
                tried.fetch_add(1, acq_rel);
                tried.notify_all();
                if (me == lone) {
                    freed.await([=](auto n) { return n == round; }, acquire);
                    with.at(me, step::acquiring);
                    if (lock.try_lock(mine)) {
                        with.at(me, step::releasing);
                        lock.unlock(mine);
                    } else {
                        found.note(me, "try_lock refused thread " + std::to_string(me) +
                                           " although nobody was inside");
                    }
                    with.at(me, step::outside);
                    alone.signal(round, release);
                } else {
                    // Nobody else may be near while one tries alone.
                    alone.await([=](auto n) { return n == round; }, acquire);
                }
            }

            for (unsigned round = 0; round != with.rounds; ++round) {
                with.at(me, step::acquiring);
                if ((round + me) % 3 == 0)
                    lock.lock(mine);
                else if (!lock.try_lock(mine))
                    continue;
                with.at(me, step::inside);
                number.write(number.read() + 1);
                ++granted[me];
                with.at(me, step::releasing);
                lock.unlock(mine);
                with.at(me, step::outside);
            }
        });

        std::uint64_t expected = 0;
        for (const auto count : granted)
            expected += count;
        const std::uint64_t counted = number.read();
        if (counted != expected)
            found.note(0, "counted " + std::to_string(counted) + " of " + std::to_string(expected) +
                              " granted by lock and try_lock");
        return found.conclude();
    }

private:
    using word = typename meeting<Machine>::word;
};

}  // namespace tally::stress
