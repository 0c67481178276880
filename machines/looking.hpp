// SPDX-License-Identifier: MIT
// How a lock waits for what several words say together. The verbs of a machine wait for one word;
// so such a lock looks again and again by itself, and says `.waiting = waits::itself`.
//
//   for (looking<Machine> again; !so_it_is(); again.later()) {}
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class looking {
public:
    // The time between two looks: a while of pauses, and then the CPU is given away.
    void later() noexcept {
        if (looks_ != patience) {
            ++looks_;
            Machine::pause();
        } else {
            Machine::yield();
        }
    }

private:
    // As many pauses as a hand-over between two cores takes, and some more.
    static constexpr unsigned patience = 100;
    unsigned looks_ = 0;
};

}  // namespace tally
