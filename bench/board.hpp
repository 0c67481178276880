// SPDX-License-Identifier: MIT
// The board: what a window and its workers tell each other.
//
//   announced   the phase            (only the conductor writes it, every worker reads it)
//   arrived     workers at the gate  (each worker adds itself once)
//   tallies     what each worker did (only that worker writes its own)
//
// Integers only, and no pointers: a board may lie in memory shared by processes, so that a team
// of processes fills the same tallies as a team of threads and one reduction serves both.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "machines/contract.hpp"

namespace tally::bench {

enum class phase : std::uint32_t {
    gathering,  // workers arrive and wait
    warming,    // they work; nothing of it enters the figures, but the count is checked
    measuring,  // what completes now is the window's
    over,       // each finishes what it is in the middle of, and leaves
};

// Latencies that a worker keeps. When they are full every second one is dropped and the gaps
// are doubled, so a tally is always an even sample of its whole window.
inline constexpr std::size_t sample_capacity = 16384;

// Of the samples in which nothing was timed the last so many are kept.
inline constexpr std::size_t null_capacity = 4096;

// What one worker did. Every time is in nanoseconds but what was sampled, which is
// in ticks (bench/ticks.hpp).
struct alignas(2 * cache_line) worker_tally {
    std::uint64_t made;       // increments in all: warm-up, window, and the last one
    std::uint64_t counted;    // increments that completed within the window
    std::uint64_t takeovers;  // of those counted, how many followed another worker's; see below
    std::uint64_t takeovers_known;  // 1 if this strategy can tell
    std::uint64_t begun_at;         // when the worker began to count (CLOCK_MONOTONIC)
    std::uint64_t ended_at;         // when it left; both 0 if it never began
    std::uint64_t cpu_time;         // on a CPU between the two
    std::uint64_t switches;         // context switches between the two, of either kind
    std::uint64_t slept;            // of those, the voluntary ones
    std::uint64_t sample_period;    // one operation in so many was timed, on average
    std::uint64_t samples;
    std::uint64_t slowest;                   // the longest of all timed operations
    std::uint64_t nulls;                     // samples in which nothing was timed
    std::uint32_t null[null_capacity];       // the first `nulls` are valid, of the first round
    std::uint32_t latency[sample_capacity];  // the first `samples` are valid; 2^32-1: or more
};

struct alignas(2 * cache_line) board {
    std::atomic<phase> announced{phase::gathering};
    alignas(2 * cache_line) std::atomic<std::uint32_t> arrived{0};
    alignas(2 * cache_line) std::uint64_t sample_every = 0;  // aim: ns between two samples
    std::uint64_t longest_chunk = 1;  // operations between two looks at `announced`, at most
    bool alone = false;               // the team is one worker
};

static_assert(std::atomic<phase>::is_always_lock_free);

}  // namespace tally::bench
