// SPDX-License-Identifier: MIT
// Whether a CPU quota stopped this process: the kernel counts, for each control group, how often it
// held the group's threads back until the next period.
//
// Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.stat: nr_throttled, throttled_usec)
// and scheduler/sched-bwc.rst (version 1: nr_throttled, throttled_time).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tally::bench {

class throttling {
public:
    // Of the groups that this process is in now; `root` as for read_cpu_quota(). A group that says
    // nothing is left out.
    explicit throttling(const std::string& root = "");
    ~throttling();
    throttling(const throttling&) = delete;
    throttling& operator=(const throttling&) = delete;

    // Grows whenever one of the groups is stopped or let go on. Always 0 where nothing is known.
    std::uint64_t so_far() const noexcept;
    bool known() const noexcept { return !files_.empty(); }

private:
    std::vector<int> files_;
};

}  // namespace tally::bench
