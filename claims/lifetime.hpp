// SPDX-License-Identifier: MIT
// Locks that live for one round: made, used once by each of a few threads, and destroyed, and a
// late touch is seen: by a machine that knows which memory is live, or because the lock's memory
// is taken away (stress/any_lock.hpp).
//
// As in a reference-counted object: the lock guards a number of users, each user takes one off
// inside, and who finds the number at zero destroys the object, lock and all. Who destroys, and
// when, is the claim's to say.
#pragma once

#include <algorithm>
#include <string_view>

#include "claims/claim.hpp"

namespace tally::stress {

enum class destroyed_by : std::uint8_t {
    last_to_return,  // who finds, after its own unlock() returned, that all others have returned
    last_holder,     // who was inside last, as soon as its own unlock() returned
};

template <class Machine, class Lock, destroyed_by Who>
class lifetime {
    struct object {
        Lock lock;
        typename Machine::template plain<std::uint32_t> users{0};
    };
    using word = typename meeting<Machine>::word;

public:
    static verdict run(const script& with) {
        // More threads than CPUs would mostly wait for the next round.
        const unsigned threads = std::clamp(with.threads, 2U, 4U);
        // Plain memory of the machine's: who reads it is told of by `ended`, or is there first.
        typename Machine::template plain<object*> current{make(threads)};
        word returned{0};  // of this round's unlocks
        word ended{0};     // rounds whose object is gone and replaced
        on_team<Machine>(with, threads, [&](unsigned me) {
            typename Lock::node mine;
            for (std::uint32_t round = 1; round <= with.rounds; ++round) {
                object& shared = *current.read();
                bool mine_to_destroy = false;
                pass(with, me, shared.lock, mine, [&] {
                    const std::uint32_t left = shared.users.read() - 1;
                    shared.users.write(left);
                    mine_to_destroy = left == 0;
                });
                if constexpr (Who == destroyed_by::last_to_return)
                    // acq_rel: the last to return comes after all unlocks.
                    mine_to_destroy = returned.fetch_add(1, acq_rel) + 1 == round * threads;
                if (mine_to_destroy) {
                    delete &shared;
                    current.write(round != with.rounds ? make(threads) : nullptr);
                    ended.signal(round, release);
                } else {
                    ended.await([=](auto n) { return n == round; }, acquire);
                }
            }
        });
        return {};  // a late touch ends the process; see stress/revoked_memory.hpp
    }

private:
    static object* make(std::uint32_t users) {
        auto* const made = new object;
        made->users.write(users);
        return made;
    }
};

}  // namespace tally::stress
