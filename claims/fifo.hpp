// SPDX-License-Identifier: MIT
// Threads are admitted in the order in which they arrived.
//
// Thread 0 is the usher: it takes the lock, has the others come one by one in an order that
// changes with every round (see arrivals.hpp), and lets go. They must get in as they came.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "claims/arrivals.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct fifo {
    static constexpr std::string_view sentence = "threads get in as they came";
    static constexpr bool applies_to(const lock_facts& lock) {
        return lock.traits.order == admission::fifo;
    }

    static verdict run(const script& with) {
        // Two waiters make an order; each more costs a hand-over between spinning threads.
        const unsigned threads = std::clamp(with.threads, 3U, 4U);
        Lock lock;
        arrivals<Machine> door(threads);
        std::vector<unsigned> came(threads - 1);
        std::iota(came.begin(), came.end(), 1U);
        // Written inside the lock only: how many are in, and as which one each got in.
        plain in{0};
        const std::unique_ptr<plain[]> as(new plain[threads]);
        std::string surprise;
        unsigned surprises = 0;

        on_team<Machine>(with, threads, [&](unsigned me) {
            typename Lock::node mine;
            choices choose(with.seed);
            for (std::uint32_t round = 1; round <= with.rounds; ++round) {
                if (me != 0) {
                    door.until_called(me, round);
                    pass(with, me, lock, mine, [&] {
                        as[me].write(in.read());
                        in.write(in.read() + 1);
                    });
                    door.leave();
                    continue;
                }
                for (unsigned left = threads - 1; left > 1; --left)
                    std::swap(came[left - 1], came[choose.below(left)]);
                pass(with, me, lock, mine, [&] {
                    for (const unsigned thread : came)
                        door.call(with, thread, round);
                });
                door.until_all_left(round);
                std::vector<unsigned> got_in(threads - 1);
                for (unsigned thread = 1; thread != threads; ++thread)
                    if (const auto place = as[thread].read(); place < got_in.size())
                        got_in[place] = thread;
                in.write(0);
                if (got_in != came) {
                    ++surprises;
                    surprise = "came as " + list(came) + ", got in as " + list(got_in);
                }
            }
        });
        if (surprises > doubtful<Lock>()) return {false, surprise};
        return {};
    }

private:
    using plain = typename Machine::template plain<std::uint32_t>;

    static std::string list(const std::vector<unsigned>& threads) {
        std::string joined;
        for (const unsigned thread : threads)
            joined += (joined.empty() ? "" : " ") + std::to_string(thread);
        return joined;
    }
};

}  // namespace tally::stress
