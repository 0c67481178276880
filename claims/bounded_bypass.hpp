// SPDX-License-Identifier: MIT
// A waiter is overtaken at most traits.bypass times by any one thread that came later.
//
// Thread 0 is the usher: it takes the lock, has thread 1 come (see arrivals.hpp), lets the others
// loose and lets go. All but thread 1 then come again and again, and count how often they got in
// before it.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "claims/arrivals.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct bounded_bypass {
    static constexpr std::string_view sentence = "a waiter is overtaken no more often than said";
    static constexpr bool applies_to(const lock_facts& lock) {
        return lock.traits.order == admission::bounded;
    }

    static verdict run(const script& with) {
        const unsigned threads = std::clamp(with.threads, 3U, 4U);
        Lock lock;
        arrivals<Machine> door(threads);
        // Written inside the lock only.
        plain victim_in{0};  // the last round in which thread 1 has been inside
        const std::unique_ptr<plain[]> overtook(new plain[threads]);
        unsigned surprises = 0;
        std::string surprise;

        on_team<Machine>(with, threads, [&](unsigned me) {
            typename Lock::node mine;
            for (std::uint32_t round = 1; round <= with.rounds; ++round) {
                if (me == 1) {
                    door.until_called(me, round);
                    pass(with, me, lock, mine, [&] { victim_in.write(round); });
                    door.leave();
                    continue;
                }
                if (me == 0) {
                    pass(with, me, lock, mine, [&] {
                        for (unsigned thread = 0; thread != threads; ++thread)
                            overtook[thread].write(0);
                        for (unsigned thread = 1; thread != threads; ++thread)
                            door.call(with, thread, round);
                    });
                } else {
                    door.until_called(me, round);
                }
                // Once more than is allowed is enough to be told.
                bool victim_waits = true;
                for (unsigned turn = 0; victim_waits && turn != Lock::traits.bypass + 2; ++turn)
                    pass(with, me, lock, mine, [&] {
                        victim_waits = victim_in.read() != round;
                        if (victim_waits) overtook[me].write(overtook[me].read() + 1);
                    });
                if (me != 0) {
                    door.leave();
                    continue;
                }
                door.until_all_left(round);
                unsigned most = 0;
                for (unsigned thread = 0; thread != threads; ++thread)
                    most = std::max(most, overtook[thread].read());
                if (most > Lock::traits.bypass) {
                    ++surprises;
                    surprise = "a waiter was overtaken " + std::to_string(most) +
                               " times by one thread that came later; at most " +
                               std::to_string(Lock::traits.bypass) + " is claimed";
                }
            }
        });
        if (surprises > doubtful<Lock>()) return {false, surprise};
        return {};
    }

private:
    using plain = typename Machine::template plain<std::uint32_t>;
};

}  // namespace tally::stress
