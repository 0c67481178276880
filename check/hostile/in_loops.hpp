// SPDX-License-Identifier: MIT
// Locks that wait in a loop of their own, and not with a verb of their machine.
#pragma once

#include "machines/contract.hpp"

namespace tally::hostile {

// Without the machine's pause(): a turn of the loop is not told from progress, and no execution in
// which anybody waits comes to an end.
template <class Machine>
class loops_without_pause {
public:
    static constexpr lock_traits traits{.cite = "a mistake that is easily made"};
    struct node {};
    void lock(node&) noexcept {
        unsigned mine = next_.fetch_add(1, relaxed) + 1;
        while (serving_.load(acquire) != mine) {
        }
    }
    void unlock(node&) noexcept { serving_.signal(serving_.load(relaxed) + 1, release); }

private:
    typename Machine::template atomic<unsigned> next_{0};
    typename Machine::template atomic<unsigned> serving_{1};
};

// Opens to nobody, and waits for that without pause(): no execution ends at all.
template <class Machine>
class never_opens {
public:
    static constexpr lock_traits traits{.cite = "a mistake that is easily made"};
    struct node {};
    void lock(node&) noexcept {
        while (closed_.load(acquire) != 0) {
        }
    }
    void unlock(node&) noexcept { closed_.signal(0, release); }

private:
    typename Machine::template atomic<unsigned> closed_{1};
};

// Each turn of the loop writes. With pause() a turn that changes nothing is told from progress;
// without it each is an event of its own, and there is no end of them.
template <class Machine, bool Pauses>
class swaps_in_a_loop {
public:
    static constexpr lock_traits traits{.cite = "what every textbook begins with"};
    struct node {};
    void lock(node&) noexcept {
        while (busy_.exchange(1, acquire) != 0)
            if constexpr (Pauses) Machine::pause();
    }
    void unlock(node&) noexcept { busy_.signal(0, release); }

private:
    typename Machine::template atomic<unsigned> busy_{0};
};

}  // namespace tally::hostile
