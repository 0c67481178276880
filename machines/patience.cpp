// SPDX-License-Identifier: MIT
#include "machines/patience.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>

#include "machines/futex.hpp"
#include "machines/native.hpp"
#include "machines/native_team.hpp"

namespace tally {

namespace {

// In nanoseconds, and in reads of a waiter; 0 while unknown. Estimates: relaxed everywhere.
std::atomic<double> measured_ns{0};
std::atomic<std::uint32_t> long_patience{0};

// Wake-ups that a waiter outlasts: a slow one must not start the chain of sleeps.
constexpr double wake_ups = 3;
// What a wake-up is taken to cost at most: above this the machine was busy when it was measured.
constexpr double longest_wake_up_ns = 100'000;

struct alignas(cache_line) crowd {
    std::atomic<std::uint32_t> waiters{0};
    // More waiters than CPUs were seen: so many more waiters are to be impatient. The count alone
    // would miss a crowd of which one is always on its way.
    std::atomic<std::uint32_t> impatient{0};
};
crowd waiting_now;
constexpr std::uint32_t remembered = 64;

double time_wake_ups() {
    constexpr std::uint32_t rounds = 16;
    constexpr std::uint64_t until_asleep_ns = 20'000;
    std::array<std::uint64_t, rounds> took{};
    std::atomic<std::uint32_t> round{0};
    std::atomic<std::uint32_t> woken{0};
    std::uint64_t called = 0;
    native_team::run(2, [&](unsigned index) {
        for (std::uint32_t i = 0; i != rounds; ++i) {
            if (index == 1) {
                // acquire: pairs with the store of `round`, which follows the write of `called`.
                while (round.load(acquire) == i)
                    futex::sleep_on(round, i);
                took[i] = monotonic_ns() - called;
                woken.store(i + 1, release);
                continue;
            }
            // The sleeper is to be asleep, and its CPU idle.
            for (const auto end = monotonic_ns() + until_asleep_ns; monotonic_ns() < end;)
                spin_hint();
            called = monotonic_ns();
            round.store(i + 1, release);
            futex::wake(round, 1);
            // acquire: pairs with the sleeper's store: `called` has been read.
            while (woken.load(acquire) != i + 1)
                give_cpu_away();
        }
    });
    std::sort(took.begin(), took.end());
    return static_cast<double>(took[rounds / 4]);
}

}  // namespace

double wake_up_ns() noexcept { return measured_ns.load(relaxed); }

void measure_wake_up() noexcept {
    // The team that measures begins like any other: it must not measure in turn.
    static std::atomic<bool> begun{false};
    if (begun.exchange(true, relaxed) || native_team::cpus() < 2) return;
    try {
        const double length = std::min(time_wake_ups(), longest_wake_up_ns);
        measured_ns.store(length, relaxed);
        long_patience.store(static_cast<std::uint32_t>(wake_ups * length / pause_length_ns()),
                            relaxed);
    } catch (const std::exception&) {
        // No thread to be had: patience stays short.
    }
}

counted_waiter::counted_waiter() noexcept : reads_(long_patience.load(relaxed)) {
    if (waiting_now.waiters.fetch_add(1, relaxed) >= native_team::cpus()) {
        waiting_now.impatient.store(remembered, relaxed);
        reads_ = 0;
    } else if (const auto left = waiting_now.impatient.load(relaxed); left != 0) {
        waiting_now.impatient.store(left - 1, relaxed);
        reads_ = 0;
    }
}

counted_waiter::~counted_waiter() { waiting_now.waiters.fetch_sub(1, relaxed); }

}  // namespace tally
