// SPDX-License-Identifier: MIT
// The worker: the loop that is measured. Everything here is small on purpose.
//
// An operation, beside its share of the loop, is nothing but the strategy's. The end is looked for
// once in a chunk of a few operations, and what takes time (clocks, system calls, samples) is out
// of line and happens at the two ends and once in a while.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <utility>

#include "bench/board.hpp"
#include "bench/ticks.hpp"
#include "machines/contract.hpp"

namespace tally::bench {

// A worker's place in a team.
struct seat {
    unsigned index;
    board& at;
    worker_tally& mine;
};

// How often to time an operation, and how often to look for the end. The gaps between timed
// operations vary at random, so that a pattern in the lock's behaviour cannot fall in step.
class sampling {
public:
    explicit sampling(seat s) noexcept;

    // Operations, not timed, between two looks at the board. 0: every operation is timed.
    std::uint64_t chunk() const noexcept { return chunk_; }
    // Chunks before the next operation that is timed; 1 or more.
    std::uint64_t next_gap() noexcept;
    // Both in ticks. Now and then two readings with nothing between them are noted as well, so that
    // what reading costs is known of this window and this place in the code.
    void record(std::uint64_t began, std::uint64_t ended) noexcept;
    // The warm-up is over: forget its samples, and aim at one sample in board::sample_every ns.
    void restart(std::uint64_t operations, std::uint64_t took) noexcept;

private:
    void note_null() noexcept;
    void note_period() noexcept { mine_.sample_period = mean_gap_ * chunk_ + 1; }

    worker_tally& mine_;
    std::uint64_t aim_;
    std::uint64_t longest_chunk_;
    std::uint64_t chunk_ = 1;
    std::uint64_t mean_gap_ = 64;
    std::uint64_t random_;
};

// Arrives at the gate, and returns when it opens.
void pass_gate(seat s) noexcept;
void begin_counting(worker_tally& mine) noexcept;
void end_counting(worker_tally& mine) noexcept;

struct stretch {
    std::uint64_t operations;
    std::uint64_t takeovers;
};

// Works until the phase is no longer `current`, at least once. Operation::once<watched>() does
// one operation and returns 1 if it is watched and another worker's came before it, else 0;
// once<watched>(sampling&) does the same and times it.
template <bool watched, class Operation>
[[gnu::noinline]] stretch work_while(phase current, const std::atomic<phase>& announced,
                                     Operation& shared_operation, sampling& samples) {
    // A copy, so that what it remembers between operations can live in registers.
    Operation operation = shared_operation;
    stretch done{0, 0};
    std::uint64_t chunk = samples.chunk();
    std::uint64_t left = samples.next_gap();
    do {
        for (std::uint64_t i = chunk; i != 0; --i)
            done.takeovers += operation.template once<watched>();
        done.operations += chunk;
        if (--left == 0) [[unlikely]] {
            done.takeovers += operation.template once<watched>(samples);
            ++done.operations;
            left = samples.next_gap();
            chunk = samples.chunk();
        }
        // relaxed: nothing is read through it, and late news only lengthens the stretch.
    } while (announced.load(relaxed) == current);
    shared_operation = operation;
    return done;
}

// One worker's part in a window.
//
// The chunk during which the window opens completes inside it, so it counts; the one during which
// it closes completes outside, so it does not. work_while() returns the first with the warm-up and
// the second with the window: one for the other. They are of different sizes, which is an error of
// a few operations, or of a few microseconds, in a window.
template <bool watched, class Operation>
void take_part_watched(Operation operation, seat s) {
    sampling samples(s);
    pass_gate(s);
    const std::uint64_t warm_from = clock_ns();
    const stretch warm = work_while<watched>(phase::warming, s.at.announced, operation, samples);
    s.mine.made = warm.operations;
    // A worker that got no CPU for the whole window finds it over.
    if (s.at.announced.load(relaxed) != phase::measuring) return;
    samples.restart(warm.operations, clock_ns() - warm_from);
    begin_counting(s.mine);
    const stretch measured =
        work_while<watched>(phase::measuring, s.at.announced, operation, samples);
    end_counting(s.mine);
    s.mine.made += measured.operations;
    s.mine.counted = measured.operations;
    s.mine.takeovers = measured.takeovers;
    s.mine.takeovers_known = Operation::knows_takeovers || s.at.alone ? 1 : 0;
}

// Who works alone takes over from nobody, and is not watched: three instructions less.
template <class Operation>
void take_part(Operation operation, seat s) {
    if (s.at.alone)
        take_part_watched<false>(operation, s);
    else
        take_part_watched<true>(operation, s);
}

}  // namespace tally::bench
