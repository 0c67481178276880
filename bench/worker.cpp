// SPDX-License-Identifier: MIT
#include "bench/worker.hpp"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <limits>

#include "machines/native.hpp"

namespace tally::bench {

namespace {

std::uint64_t cpu_time_ns() noexcept {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

struct switches {
    std::uint64_t all = 0;
    std::uint64_t voluntary = 0;
};

switches switches_so_far() noexcept {
    rusage used{};
#if defined(RUSAGE_THREAD)
    getrusage(RUSAGE_THREAD, &used);
#else
    getrusage(RUSAGE_SELF, &used);
#endif
    return {static_cast<std::uint64_t>(used.ru_nvcsw + used.ru_nivcsw),
            static_cast<std::uint64_t>(used.ru_nvcsw)};
}

}  // namespace

std::uint64_t clock_ns() noexcept { return monotonic_ns(); }

void pass_gate(seat s) noexcept {
    // seq_cst: the conductor announces the warm-up when it has read the last arrival.
    s.at.arrived.fetch_add(1, seq_cst);
    // Asleep, so as not to take the CPU from those who have yet to arrive; and polling, so that
    // it works between processes. The warm-up hides what the polling costs.
    while (s.at.announced.load(acquire) == phase::gathering) {
        const timespec while_waiting{0, 50'000};
        nanosleep(&while_waiting, nullptr);
    }
}

// The counters are read closest to the work: their own cost stays outside what they count.
void begin_counting(worker_tally& mine) noexcept {
    const switches before = switches_so_far();
    mine.switches = before.all;
    mine.slept = before.voluntary;
    mine.cpu_time = cpu_time_ns();
    mine.begun_at = clock_ns();
}

void end_counting(worker_tally& mine) noexcept {
    mine.ended_at = clock_ns();
    mine.cpu_time = cpu_time_ns() - mine.cpu_time;
    const switches after = switches_so_far();
    mine.switches = after.all - mine.switches;
    mine.slept = after.voluntary - mine.slept;
}

sampling::sampling(seat s) noexcept
    : mine_(s.mine),
      aim_(s.at.sample_every),
      longest_chunk_(s.at.longest_chunk),
      random_(0x9E3779B97F4A7C15U * (s.index + 1U)) {
    note_period();
}

std::uint64_t sampling::next_gap() noexcept {
    // xorshift64 (Marsaglia 2003): any cheap generator will do.
    random_ ^= random_ << 13U;
    random_ ^= random_ >> 7U;
    random_ ^= random_ << 17U;
    return 1 + random_ % (2 * mean_gap_ - 1);
}

void sampling::record(std::uint64_t began, std::uint64_t ended) noexcept {
    const std::uint64_t took = ended - began;
    mine_.slowest = std::max(mine_.slowest, took);
    if (mine_.samples == sample_capacity) {
        for (std::size_t kept = 0; kept != sample_capacity / 2; ++kept)
            mine_.latency[kept] = mine_.latency[2 * kept];
        mine_.samples = sample_capacity / 2;
        if (chunk_ == 0)
            chunk_ = 1;
        else
            mean_gap_ *= 2;
        note_period();
    }
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    mine_.latency[mine_.samples++] = static_cast<std::uint32_t>(std::min(took, most));
    // One in four is enough for its distribution, and few samples have one each.
    if (mine_.samples < 64 || mine_.samples % 4 == 0) note_null();
}

void sampling::note_null() noexcept {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t began = ticks();
    const std::uint64_t ended = ticks();
    mine_.null[mine_.nulls++ % null_capacity] =
        static_cast<std::uint32_t>(std::min(ended - began, most));
}

void sampling::restart(std::uint64_t operations, std::uint64_t took) noexcept {
    // The end is noticed within this time.
    constexpr std::uint64_t notice_ns = 2000;
    const std::uint64_t each = std::max<std::uint64_t>(took / operations, 1);
    const std::uint64_t period = std::clamp<std::uint64_t>(aim_ / each, 1, 1U << 20U);
    chunk_ = period == 1 ? 0 : std::clamp<std::uint64_t>(notice_ns / each, 1, longest_chunk_);
    mean_gap_ = chunk_ == 0 ? 1 : std::max<std::uint64_t>(period / chunk_, 1);
    note_period();
    mine_.samples = 0;
    mine_.nulls = 0;
    mine_.slowest = 0;
}

}  // namespace tally::bench
