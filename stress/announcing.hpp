// SPDX-License-Identifier: MIT
// A native machine that says so when a thread begins to wait: a lock's own verbs are the one sure
// sign that the thread is past the lock's doorway (see claims/arrivals.hpp).
//
// Each of the machine's ways to wait announces first and then does what it always does. A word
// that need not be waited for is announced too; that is harmless where the lock is held.
#pragma once

#include <utility>

#include "machines/contract.hpp"

namespace tally::stress {

// This thread waits now, or is about to. Heard by the step board of the running claim.
void announce_waiting() noexcept;

template <native_machine Machine>
struct announcing : Machine {
    static constexpr bool announces = true;

    template <class T>
    class atomic : public Machine::template atomic<T> {
        using base = typename Machine::template atomic<T>;

    public:
        using base::base;

        template <class... Arguments>
        auto await(Arguments&&... arguments) noexcept {
            announce_waiting();
            return base::await(std::forward<Arguments>(arguments)...);
        }
        template <class... Arguments>
        auto await_for(Arguments&&... arguments) noexcept {
            announce_waiting();
            return base::await_for(std::forward<Arguments>(arguments)...);
        }
        // The value by its type: a constant that was forwarded would be an int.
        template <class... Arguments>
        T await_exchange(T desired, Arguments&&... arguments) noexcept {
            announce_waiting();
            return base::await_exchange(desired, std::forward<Arguments>(arguments)...);
        }
        template <class... Arguments>
        void wait(T old, Arguments&&... arguments) noexcept {
            announce_waiting();
            base::wait(old, std::forward<Arguments>(arguments)...);
        }
    };

    static void pause() noexcept {
        announce_waiting();
        Machine::pause();
    }
    static void yield() noexcept {
        announce_waiting();
        Machine::yield();
    }
};

}  // namespace tally::stress
