// SPDX-License-Identifier: MIT
#include "results/publish/workloads.hpp"

#include <algorithm>

namespace tally::results {

const workload_text& about(std::string_view workload) {
    static const workload_text unknown{"", ""};
    static const std::vector<workload_text> known{
        {"counter",
         "Every thread adds one to the shared counter, again and again, and does nothing else."},
        {"sections",
         "Every thread enters, counts and works on the shared data for `cs`, leaves, and works on "
         "data of its own for `ncs`. (Runs made before November 2026 worked 1.7 to 2.5 times "
         "longer "
         "than these names said, because their calibration timed an empty loop; their rows of this "
         "workload are left out everywhere.)"},
        {"floor",
         "What the suite itself adds: the measured loop, and the same loop written by hand, in "
         "turn in one run.",
         {"ns_per_increment", "by_hand_ns_per_increment", "added_ns_per_increment",
          "ratio_to_by_hand"}},
    };
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const auto& each) { return each.workload == workload; });
    return found == known.end() ? unknown : *found;
}

bool is_ranked(const table& of) {
    return of.has_throughput() && about(of.workload).columns.empty();
}

}  // namespace tally::results
