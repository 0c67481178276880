// SPDX-License-Identifier: MIT
// Who works on a contest: threads here; processes elsewhere bring a team of their own.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "bench/board.hpp"
#include "bench/contest.hpp"

namespace tally::bench {

// One window's workers. A team is used once.
class team {
public:
    virtual ~team() = default;
    virtual std::string_view scope() const noexcept = 0;  // "thread", "process"
    // Starts `size` workers, each of which calls contest.work with its own seat. Returns at
    // once; throws std::system_error if they cannot all be started.
    virtual void start(unsigned size, contest& on, board& at, worker_tally* tallies) = 0;
    // False if they have not all left in time; may be called again.
    virtual bool join_within(std::chrono::nanoseconds patience) = 0;
    // After they have left: CPU time of processes of the team, which is ours and not in our clock.
    virtual std::uint64_t children_cpu_ns() const noexcept { return 0; }
};

// Pinned threads: the native machine's team.
std::unique_ptr<team> make_thread_team();

}  // namespace tally::bench
