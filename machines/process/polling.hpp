// SPDX-License-Identifier: MIT
// Waiting for something that cannot be slept on: look, sleep, look again, each time longer.
#pragma once

#include <ctime>

namespace tally::process {

class poll_interval {
public:
    // 20 us doubling to 1 ms: a hand-over costs half of the interval on average, and a waiter at
    // the cap looks a thousand times a second.
    void sleep() noexcept {
        const std::timespec span{0, nanoseconds_};
        ::nanosleep(&span, nullptr);
        if (nanoseconds_ < 1'000'000) nanoseconds_ *= 2;
    }

private:
    long nanoseconds_ = 20'000;
};

// Tries until it is not busy.
template <class Try>
auto poll_until_entered(Try attempt) {
    poll_interval interval;
    auto told = attempt();
    while (told == decltype(told)::busy) {
        interval.sleep();
        told = attempt();
    }
    return told;
}

}  // namespace tally::process
