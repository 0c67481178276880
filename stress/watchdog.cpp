// SPDX-License-Identifier: MIT
#include "stress/watchdog.hpp"

#include <unistd.h>

#include <cstdio>

#include "kit/exit_codes.hpp"
#include "kit/judge.hpp"

namespace tally::stress {

watchdog::watchdog(const board& watched, std::chrono::milliseconds patience)
    : watched_(watched), patience_(patience), thread_([this] { watch(); }) {}

watchdog::~watchdog() {
    {
        const std::lock_guard held(mutex_);
        over_ = true;
    }
    ended_.notify_one();
    thread_.join();
}

void watchdog::watch() {
    using clock = std::chrono::steady_clock;
    const auto between_looks = patience_ / 20;
    std::uint64_t seen = 0;
    auto since = clock::now();
    std::unique_lock held(mutex_);
    while (!ended_.wait_until(held, clock::now() + between_looks, [&] { return over_; })) {
        const std::uint64_t now = watched_.moves();
        if (now != seen || !watched_.running()) {
            seen = now;
            since = clock::now();
        } else if (clock::now() - since >= patience_) {
            const auto seconds =
                std::chrono::duration_cast<std::chrono::seconds>(patience_).count();
            const std::string text = "\nHANG: no thread took a step for " +
                                     std::to_string(seconds) + " s\n" + watched_.describe();
            std::fputs(text.c_str(), stderr);
            // Threads that hang cannot be joined: the process ends here.
            kit::conclude();
            ::_exit(kit::exit_hang);
        }
    }
}

}  // namespace tally::stress
