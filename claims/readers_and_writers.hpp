// SPDX-License-Identifier: MIT
// Readers share the lock, and a writer has it alone.
//
// First the readers' side. Thread 0 writes, and holds the lock until all the others wait for it to
// read (see arrivals.hpp). It lets go and stays away, and each reader stays inside until all are:
// a lock that lets them in one by one hangs there. Then both sides at once: writers change two
// numbers together, and readers must never see them differ.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "claims/arrivals.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct readers_and_writers {
    static constexpr std::string_view sentence = "readers share and a writer is alone";
    static constexpr bool applies_to(const lock_facts& lock) { return lock.shares; }

    static verdict run(const script& with) {
        const unsigned threads = std::max(with.threads, 2U);
        const unsigned readers = threads - 1;
        Lock lock;
        arrivals<Machine> door(threads);
        typename meeting<Machine>::word reading{0};  // readers that have been inside together
        typename Machine::template plain<std::uint64_t> first{0}, second{0};
        std::vector<std::uint64_t> wrote(threads);
        findings found(threads);

        on_team<Machine>(with, threads, [&](unsigned me) {
            typename Lock::node mine;
            for (std::uint32_t round = 1; round <= with.rounds; ++round) {
                if (me == 0) {
                    pass(with, me, lock, mine, [&] {
                        for (unsigned reader = 1; reader != threads; ++reader)
                            door.call(with, reader, round);
                    });
                    door.until_all_left(round);
                    continue;
                }
                door.until_called(me, round);
                with.at(me, step::acquiring);
                lock.lock_shared(mine);
                with.at(me, step::inside);
                // relaxed, both: they meet inside, and the lock orders what needs an order.
                reading.fetch_add(1, relaxed);
                reading.notify_all();
                reading.await([=](auto n) { return n >= round * readers; }, relaxed);
                with.at(me, step::releasing);
                lock.unlock_shared(mine);
                with.at(me, step::outside);
                door.leave();
            }

            for (unsigned round = 0; round != with.rounds; ++round) {
                if ((round + me) % 2 == 0) {
                    pass(with, me, lock, mine, [&] {
                        first.write(first.read() + 1);
                        second.write(second.read() + 1);
                    });
                    ++wrote[me];
                    continue;
                }
                with.at(me, step::acquiring);
                lock.lock_shared(mine);
                with.at(me, step::inside);
                const auto one = first.read();
                const auto other = second.read();
                with.at(me, step::releasing);
                lock.unlock_shared(mine);
                with.at(me, step::outside);
                if (one != other)
                    found.note(me, "thread " + std::to_string(me) + " read " + std::to_string(one) +
                                       " and " + std::to_string(other) +
                                       " where a writer changes both");
            }
        });

        std::uint64_t expected = 0;
        for (const auto count : wrote)
            expected += count;
        if (first.read() != expected)
            found.note(0, "counted " + std::to_string(first.read()) + " of " +
                              std::to_string(expected) + " written");
        return found.conclude();
    }
};

}  // namespace tally::stress
