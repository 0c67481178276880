// SPDX-License-Identifier: MIT
// Work of a known length, on memory: what a thread does inside a section, or outside.
//
// A step reads and writes one word of an area of four cache lines, in turn. Inside a section the
// area is shared, so it travels with the lock, as the data behind a real lock does; outside it
// is the thread's own. The length holds while the area is in the CPU's own cache: what fetching
// it costs is part of what is measured.
#pragma once

#include <cstddef>
#include <cstdint>

#include "machines/contract.hpp"

namespace tally::bench {

struct work_area {
    static constexpr std::size_t lines = 4;
    struct alignas(cache_line) line {
        std::uint64_t word = 1;
    };
    line line_at[lines];
};

inline void work(work_area& area, std::uint64_t steps) noexcept {
    // Where the area is a local of the caller, the optimiser knows that nobody else reads it, and
    // the barrier below does not keep it in memory: all the work would be removed, and the loop
    // left empty. So its address is given away first.
    asm volatile("" : : "r"(&area) : "memory");
    for (std::uint64_t step = 0; step != steps; ++step) {
        auto& word = area.line_at[step % work_area::lines].word;
        word = word * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX generator
        // The optimiser must not do several steps at once.
        asm volatile("" ::: "memory");
    }
}

// How long so many steps take on this thread, in ns: one trial, with the clock's own cost.
std::uint64_t time_steps_ns(std::uint64_t steps);

// The length of one step on this machine, in ns: the fastest of several trials on this thread.
double measure_step_ns();

}  // namespace tally::bench
