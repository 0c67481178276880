// SPDX-License-Identifier: MIT
// The watchdog turns a hang into a failure with a name: when no thread of the running claim has
// taken a step for `patience`, it prints where each of them stands and ends the process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "stress/board.hpp"

namespace tally::stress {

class watchdog {
public:
    watchdog(const board& watched, std::chrono::milliseconds patience);
    ~watchdog();
    watchdog(const watchdog&) = delete;
    watchdog& operator=(const watchdog&) = delete;

private:
    void watch();

    const board& watched_;
    const std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
    std::thread thread_;
};

}  // namespace tally::stress
