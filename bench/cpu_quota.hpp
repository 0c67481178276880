// SPDX-License-Identifier: MIT
// The CPU quota of the control groups that this process is in: a container has one where its limit
// is given in CPUs. Under it the kernel stops all of a group's threads, whoever holds the lock,
// until the next period begins.
//
// Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.max) and scheduler/sched-bwc.rst
// (version 1: cpu.cfs_quota_us, cpu.cfs_period_us).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tally::bench {

struct cpu_quota {
    bool known = false;          // whether the system says: either version's group could be read
    std::optional<double> cpus;  // the least that our group or one above it has; none: no quota

    // "1.5 CPUs", "none" or "n/a".
    std::string shown() const;
};

// `root` is put before every path that is read: a tree of files instead of this system's.
cpu_quota read_cpu_quota(const std::string& root = "");

// A control group of this process, or one around it, that may limit CPUs.
struct cpu_group {
    bool unified;  // version 2
    std::string folder;
};

// Those of both versions, from the inside out.
std::vector<cpu_group> cpu_groups(const std::string& root = "");

// A line that says what a quota below this number of CPUs does to figures; empty where none does.
std::string warning_of(const cpu_quota& quota, unsigned cpus);

}  // namespace tally::bench
