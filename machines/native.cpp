// SPDX-License-Identifier: MIT
#include "machines/native.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#elif defined(_WIN32)
#include "machines/win32.hpp"
#endif

namespace tally {

namespace {

#if defined(__linux__)

std::vector<unsigned> allowed_cpus() {
    std::vector<unsigned> cpus;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (unsigned cpu = 0; cpu != CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

void pin_to(unsigned cpu) noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    // A refusal (a container's policy) leaves the thread where the system puts it.
    (void)sched_setaffinity(0, sizeof set, &set);
}

#else

std::vector<unsigned> allowed_cpus() { return {}; }
void pin_to(unsigned) noexcept {}

#endif

// Read once: pinning this thread's children must not narrow what later teams see.
const std::vector<unsigned>& cpus_at_start() {
    static const std::vector<unsigned> cpus = allowed_cpus();
    return cpus;
}

}  // namespace

unsigned native_team::cpus() noexcept {
    const auto known = cpus_at_start().size();
    if (known != 0) return static_cast<unsigned>(known);
    const unsigned guess = std::thread::hardware_concurrency();
    return guess != 0 ? guess : 1;
}

void native_team::pin(unsigned index) noexcept {
    const auto& cpus = cpus_at_start();
    if (!cpus.empty()) pin_to(cpus[index % cpus.size()]);
}

void native_team::run_erased(unsigned threads, void (*call)(void*, unsigned), void* body) {
    cpus_at_start();  // now, by a thread that is not pinned
    if (threads > 1) measure_wake_up();
    std::vector<std::thread> team;
    team.reserve(threads);
    // Nobody begins before all exist: if one cannot be started, none has run.
    // Not a std::latch: see machines/futex.hpp on the library's waits.
    std::atomic<std::uint32_t> all_exist{0};
    bool cancelled = false;
    std::exception_ptr failure;
    try {
        for (unsigned index = 0; index != threads; ++index)
            team.emplace_back([&, index] {
                pin(index);
                // acquire: pairs with the store below, which follows the write of `cancelled`.
                while (all_exist.load(acquire) == 0)
                    futex::sleep_on(all_exist, 0);
                if (!cancelled) call(body, index);
            });
    } catch (const std::system_error&) {
        cancelled = true;
        failure = std::current_exception();
    }
    all_exist.store(1, release);
    futex::wake(all_exist, futex::everybody);
    for (auto& thread : team)
        thread.join();
    if (failure) std::rethrow_exception(failure);
}

unsigned current_cpu() noexcept {
#if defined(__linux__)
    const int cpu = sched_getcpu();
    return cpu >= 0 ? static_cast<unsigned>(cpu) : 0;
#else
    return 0;
#endif
}

std::uint64_t monotonic_ns() noexcept {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count());
}

void give_cpu_away() noexcept {
#if defined(__linux__)
    sched_yield();
#else
    std::this_thread::yield();
#endif
}

double pause_length_ns() noexcept {
    static const double length = [] {
        // Some 10 us a trial: a virtual CPU is half as fast while its host runs another beside it.
        constexpr int trials = 20;
        constexpr int pauses = 400;
        std::uint64_t fastest = ~std::uint64_t{0};
        for (int trial = 0; trial != trials; ++trial) {
            const std::uint64_t from = monotonic_ns();
            for (int i = 0; i != pauses; ++i)
                spin_hint();
            fastest = std::min(fastest, monotonic_ns() - from);
        }
        // Where there is no such hint it takes no time, and nothing may be divided by that.
        return std::max(static_cast<double>(fastest) / pauses, 0.25);
    }();
    return length;
}

void pause_for_ns(std::uint64_t nanoseconds) noexcept {
    static const double pauses_per_ns = 1 / pause_length_ns();
    auto pauses = static_cast<std::uint64_t>(static_cast<double>(nanoseconds) * pauses_per_ns) + 1;
    while (pauses-- != 0)
        spin_hint();
}

#if defined(_WIN32)

namespace futex {

void sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t seen, reach,
              std::uint64_t nanoseconds) noexcept {
    // WaitOnAddress only reads the word, as a plain one of its size.
    auto* const address = const_cast<std::atomic<std::uint32_t>*>(&word);
    constexpr std::uint64_t longest_ms = INFINITE - 1;
    const DWORD ms =
        nanoseconds == for_ever
            ? INFINITE
            : static_cast<DWORD>(std::min((nanoseconds + 999'999) / 1'000'000, longest_ms));
    ::WaitOnAddress(address, &seen, sizeof seen, ms);
}

void wake(const std::atomic<std::uint32_t>& word, int sleepers, reach) noexcept {
    auto* const address = const_cast<std::atomic<std::uint32_t>*>(&word);
    if (sleepers == 1)
        ::WakeByAddressSingle(address);
    else
        ::WakeByAddressAll(address);
}

}  // namespace futex

#endif

}  // namespace tally
