// SPDX-License-Identifier: MIT
// The holder may lock again, with the node that it holds with, and the others stay out until it
// has unlocked as often as it locked.
#pragma once

#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct recursion {
    static constexpr std::string_view sentence = "the holder may lock again and still holds alone";
    static constexpr bool applies_to(const lock_facts& lock) { return lock.traits.recursive; }

    static verdict run(const script& with) {
        Lock lock;
        typename Machine::template plain<std::uint32_t> last_in{0};
        findings found(with.threads);
        on_team<Machine>(with, with.threads, [&](unsigned me) {
            typename Lock::node mine;
            for (unsigned round = 0; round != with.rounds; ++round) {
                const unsigned depth = 1 + (round + me) % 3;
                unsigned held = 1;
                pass(with, me, lock, mine, [&] {
                    last_in.write(me);
                    for (; held <= depth; ++held)
                        lock.lock(mine);
                    if constexpr (try_lockable<Lock>) {
                        if (tries<Lock>()) {
                            if (lock.try_lock(mine))
                                lock.unlock(mine);
                            else
                                found.note(me, "try_lock refused the holder");
                        }
                    }
                    while (--held != 0) {
                        // Between two of its unlocks it is still inside.
                        with.at(me, step::inside);
                        if (last_in.read() != me)
                            found.note(me, "thread " + std::to_string(last_in.read()) +
                                               " came in while thread " + std::to_string(me) +
                                               " still held the lock " + std::to_string(held + 1) +
                                               " times");
                        lock.unlock(mine);
                    }
                    if (last_in.read() != me)
                        found.note(me, "the lock was released before the outermost unlock");
                });
            }
        });
        return found.conclude();
    }
};

}  // namespace tally::stress
