// SPDX-License-Identifier: MIT
#include "bench/cost_floor.hpp"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

#include "bench/worker.hpp"
#include "kit/statistics.hpp"
#include "machines/native_team.hpp"

namespace tally::bench {

namespace {

// What `empty` does, by hand. The barrier keeps the addition in memory and the loop a loop.
[[gnu::noinline]] void add_by_hand(std::uint64_t& number, std::uint64_t times) {
    for (std::uint64_t i = times; i != 0; --i) {
        number = number + 1;
        asm volatile("" ::: "memory");
    }
}

void add_by_hand(std::uint64_t times) {
    alignas(2 * cache_line) std::uint64_t number = 0;
    add_by_hand(number, times);
}

struct mutex_and_number {
    std::mutex mutex;
    std::uint64_t number = 0;
};

[[gnu::noinline]] void lock_by_hand(mutex_and_number& guarded, std::uint64_t times) {
    for (std::uint64_t i = 0; i != times; ++i) {
        guarded.mutex.lock();
        guarded.number = guarded.number + 1;
        asm volatile("" ::: "memory");
        guarded.mutex.unlock();
    }
}

void lock_by_hand(std::uint64_t times) {
    alignas(2 * cache_line) mutex_and_number guarded;
    lock_by_hand(guarded, times);
}

struct loop_by_hand {
    std::string_view strategy;
    void (*run)(std::uint64_t times);
};

constexpr loop_by_hand loops[] = {{"empty", add_by_hand}, {"std_mutex", lock_by_hand}};

const loop_by_hand* find_loop(std::string_view strategy) noexcept {
    const auto found = std::find_if(std::begin(loops), std::end(loops),
                                    [&](const auto& loop) { return loop.strategy == strategy; });
    return found != std::end(loops) ? found : nullptr;
}

// CPU ns per increment, on a thread pinned like ours, after a warm-up.
double time_by_hand(const loop_by_hand& loop, std::uint64_t times) {
    worker_tally tally{};
    native_team::run(1, [&](unsigned) {
        loop.run(times / 4 + 1);
        begin_counting(tally);
        loop.run(times);
        end_counting(tally);
    });
    return static_cast<double>(tally.cpu_time) / static_cast<double>(times);
}

double figure(const figure_list& figures, std::string_view name) {
    for (const auto& [known, value] : figures)
        if (known == name) return value;
    return 0;
}

}  // namespace

bool has_loop_by_hand(std::string_view strategy) noexcept { return find_loop(strategy) != nullptr; }

measured measure_cost_floor(const row& identity, const measuring& with, const strategy& s,
                            bool counts) {
    const auto& loop = *find_loop(identity.parts.strategy);
    measuring part = with;
    part.length = with.length / 2;
    std::vector<double> by_hand;
    std::vector<double> ratio;
    std::vector<double> added;
    measured last;
    bool dirty = false;
    std::uint64_t times = 10'000;
    const auto ours = [&] {
        const auto on = s.make_counter();
        last = measure_window(identity, part, *on, counts);
        dirty = dirty || last.dirty;
        return figure(last.result.figures, "cpu_ns_per_increment");
    };
    const auto hand = [&] { return time_by_hand(loop, times); };
    // A first one of each, to know how many times fill the time; not used.
    const double first = ours();
    if (last.interrupted || !last.result.error.empty() || first <= 0) return last;
    times = std::max<std::uint64_t>(
        static_cast<std::uint64_t>(static_cast<double>(part.length.count()) / first), 1000);
    for (int pair = 0; pair != 4; ++pair) {
        double a = 0;
        double b = 0;
        if (pair % 2 == 0) b = hand();
        a = ours();
        if (last.interrupted || !last.result.error.empty()) return last;
        if (pair % 2 == 1) b = hand();
        // 0: it got no CPU in its time.
        if (a <= 0 || b <= 0) continue;
        by_hand.push_back(b);
        ratio.push_back(a / b);
        added.push_back(a - b);
    }
    if (ratio.empty()) return last;
    last.dirty = dirty;
    last.result.figures.emplace_back("by_hand_ns_per_increment", kit::median(by_hand));
    last.result.figures.emplace_back("ratio_to_by_hand", kit::median(ratio));
    last.result.figures.emplace_back("added_ns_per_increment", kit::median(added));
    return last;
}

}  // namespace tally::bench
