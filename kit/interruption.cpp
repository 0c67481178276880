// SPDX-License-Identifier: MIT
#include "kit/interruption.hpp"

#include <signal.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace tally::kit {

namespace {

volatile sig_atomic_t noted = 0;

// When the first one came. Lock-free, and written before it is noted.
std::atomic<std::uint64_t> noted_at{0};

std::uint64_t now_ns() {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
}

void note(int signal) {
    // One signal may come twice, to the whole group and passed on by who watches us.
    constexpr std::uint64_t one_signal_ns = 200'000'000;
    if (noted == 0) {
        noted_at.store(now_ns(), std::memory_order_relaxed);
        noted = signal;
    } else if (now_ns() - noted_at.load(std::memory_order_relaxed) > one_signal_ns) {
        ::signal(signal, SIG_DFL);
        raise(signal);
    }
}

volatile sig_atomic_t continued = 0;

void count_continued(int) { continued = continued + 1; }

}  // namespace

void heed_interruptions() noexcept {
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction present {};
        // What was ignored when we were started (nohup, a shell's background) stays so.
        if (sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN) continue;
        sigaction(signal, &action, nullptr);
    }
    struct sigaction counted {};
    counted.sa_handler = count_continued;
    counted.sa_flags = SA_RESTART;
    sigaction(SIGCONT, &counted, nullptr);
}

int interruption() noexcept { return noted; }

unsigned times_continued() noexcept { return static_cast<unsigned>(continued); }

bool sleep_unless_interrupted(std::chrono::nanoseconds time) noexcept {
    using namespace std::chrono;
    // The signal may be delivered to another thread, so a long sleep is cut into pieces.
    constexpr nanoseconds piece = milliseconds(100);
    const auto until = steady_clock::now() + time;
    for (;;) {
        if (noted != 0) return false;
        const nanoseconds left = until - steady_clock::now();
        if (left <= nanoseconds::zero()) return true;
        const auto part = std::min(left, piece);
        const timespec how_long{static_cast<time_t>(part.count() / 1'000'000'000),
                                static_cast<long>(part.count() % 1'000'000'000)};
        nanosleep(&how_long, nullptr);
    }
}

}  // namespace tally::kit
