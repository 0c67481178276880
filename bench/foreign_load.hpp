// SPDX-License-Identifier: MIT
// Foreign load: what the machine's CPUs did, over a time, that was not ours.
//
// The machine's busy time comes from /proc/stat (user, nice, system, interrupts, and what a
// hypervisor took), this process's from its own CPU clock. /proc/stat counts in ticks of 10 ms,
// one per CPU and field that may be cut off at either end, so over a short window it resolves
// little; tick_allowance() says how much is noise.
#pragma once

#include <cstdint>
#include <optional>

namespace tally::bench {

class foreign_load_meter {
public:
    void start() noexcept;
    // Nanoseconds of CPU time that were not ours since start(); none if the system does not
    // say. Never negative. `children` counts as ours too (CPU time of a team of processes).
    std::optional<double> busy_ns(std::uint64_t children_ns = 0) const noexcept;
    // What busy_ns() may show on an idle machine, ns: one tick.
    static double tick_allowance() noexcept;

private:
    std::optional<std::uint64_t> machine_at_start_;
    std::uint64_t own_at_start_ = 0;
};

}  // namespace tally::bench
