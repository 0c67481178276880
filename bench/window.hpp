// SPDX-License-Identifier: MIT
// The window: a fixed length of time in which a team works on one strategy.
//
// A window has a length, not a number of operations: every worker works until the end is
// announced, so nobody leaves early and a lock that collapses gives a small number instead of a
// hang. The warm-up before it is discarded; the count is read after all have left.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bench/board.hpp"
#include "bench/contest.hpp"
#include "bench/team.hpp"
#include "bench/throttling.hpp"

namespace tally::bench {

struct window_plan {
    unsigned workers = 1;
    std::chrono::nanoseconds warm_up{};
    std::chrono::nanoseconds length{};
};

// What a window cost to look at; see measure_timing_cost().
struct timing_cost {
    double read_ns = 0;    // two readings of the clock, one after the other, lie this far apart
    double sample_ns = 0;  // what timing one operation adds to it, all told
    double step_ns = 0;    // of the clock: some CPUs count in steps of 10 ns
};

// On this thread: the median of many trials.
timing_cost measure_timing_cost();

// Memory for the board and the workers' tallies, used again by the next window so that no page of
// it is new. It is a file without a name, so that worker processes can map it too, where the
// system lets us make one.
class tally_sheet {
public:
    tally_sheet() = default;
    // Another process's, by its file, which has been cleared for so many workers.
    tally_sheet(int file, unsigned workers);
    ~tally_sheet();
    tally_sheet(const tally_sheet&) = delete;
    tally_sheet& operator=(const tally_sheet&) = delete;

    // Cleared, with a new board, for so many workers. Throws std::system_error without memory.
    std::span<worker_tally> cleared(unsigned workers);
    board& at() noexcept;
    worker_tally* tallies() noexcept;
    int file() const noexcept { return file_; }  // inherited by children; -1: it is no file

private:
    void map(unsigned workers);
    void unmap() noexcept;

    int file_ = -1;
    void* memory_ = nullptr;
    unsigned capacity_ = 0;
};

struct window_record {
    std::span<const worker_tally> tallies;  // valid until the sheet is used again
    double tick_ns = 1;                     // the length of a tick of what was sampled
    std::uint64_t opened_at = 0;            // ns on the clock of the tallies
    std::uint64_t closed_at = 0;
    std::uint64_t made = 0;     // increments that the workers say they made, in all
    std::uint64_t counted = 0;  // what the counter says after all have left
    // CPU time that was not ours, in cores, over the whole life of the team; none where the
    // system does not say.
    std::optional<double> foreign_load;
    bool stopped = false;    // the process was, for part of it; or it lasted far too long
    bool throttled = false;  // a CPU quota stopped the process in the team's life
    bool dirty = false;  // stopped, throttled, foreign load of more than 10 % of a core, or a late
                         // conductor
    bool interrupted = false;  // stopped before its time: nothing of it may be used

    std::chrono::nanoseconds length() const noexcept {
        return std::chrono::nanoseconds(closed_at - opened_at);
    }
};

// What to do about workers that do not leave: the strategy hangs, and there is no way to take
// their threads from them.
struct hang_handling {
    std::chrono::nanoseconds patience = std::chrono::seconds(60);  // after the end is announced
    // Called with the reason. Must end the process: what the workers use cannot be destroyed.
    std::function<void(const std::string& why)> give_up;
};

// Of the groups that this process was in at the first call.
const throttling& throttling_of_this_process();

// Runs one window. Throws std::system_error if the team cannot be started.
window_record run_window(const window_plan& plan, contest& on, team& with, tally_sheet& sheet,
                         const timing_cost& cost, const hang_handling& hang,
                         const throttling& groups = throttling_of_this_process());

}  // namespace tally::bench
