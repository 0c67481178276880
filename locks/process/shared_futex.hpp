// SPDX-License-Identifier: MIT
// A futex in shared memory: a word, and the kernel only when there is something to wait for.
//
//   state_   0 free, 1 held, 2 held and somebody may sleep   (everybody)
//
//   lock      0 -> 1; else any -> 2 until 0 came out, sleeping while it is 2
//   unlock    1 -> 0; 2 -> 0 and wake one
//
// Invariant: a sleeper implies 2, or a wake-up that is under way.
// Unfair. The fastest kind of lock between processes, and the one that forgives least: a holder's
// death changes nothing in the word, and a holder killed between the store and the wake leaves
// sleepers asleep at a free lock.
// Drepper 2011, "Futexes Are Tricky", the third mutex; futex(2).
// system: Linux
#pragma once

#include "machines/process/in_segment.hpp"

namespace tally {

namespace process {

template <class Machine>
class three_state_word {
public:
    static constexpr tally::lock_traits traits{.cite = "Drepper 2011"};
    struct node {};

    void lock(node&) noexcept {
        std::uint32_t seen = 0;
        // acquire: pairs with the release in unlock(). relaxed: a failure reads nothing through it.
        if (state_.compare_exchange_strong(seen, 1, acquire, relaxed)) return;
        // acquire: as above. Leaves 2 where 1 might do: we cannot know whether others sleep.
        while (state_.exchange(2, acquire) != 0)
            // relaxed: whoever goes on swaps again.
            state_.wait(2, relaxed);
    }
    bool try_lock(node&) noexcept {
        std::uint32_t seen = 0;
        // acquire, relaxed: as in lock().
        return state_.compare_exchange_strong(seen, 1, acquire, relaxed);
    }
    void unlock(node&) noexcept {
        // release: publishes the critical section to the next holder.
        if (state_.exchange(0, release) == 2) state_.notify_one();
    }

private:
    typename Machine::template atomic<std::uint32_t> state_{0};
};

}  // namespace process

template <process_machine Machine>
class shared_futex : public process::in_segment<process::three_state_word<Machine>> {
public:
    // itself: a futex that does not sleep would be another lock (shared_ttas).
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "shared memory",
                                                 .cite = "Drepper 2011, Futexes Are Tricky"};
    using process::in_segment<process::three_state_word<Machine>>::in_segment;
};

}  // namespace tally
