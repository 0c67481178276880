// SPDX-License-Identifier: MIT
#include "check/replayed.hpp"

#include <chrono>
#include <string>

#include "kit/child.hpp"
#include "kit/exit_codes.hpp"
#include "kit/format.hpp"

namespace tally::check {

std::size_t replay_all(const std::vector<subject_report>& reports) {
    std::size_t tried = 0;
    std::size_t lost = 0;
    for (const auto& report : reports)
        for (const auto& made : report.decisions)
            for (const auto& found : made.found) {
                ++tried;
                const auto again =
                    kit::run_child({"/proc/self/exe", report.name, "--replay", found.replay},
                                   {.limit = std::chrono::minutes(4)});
                if (again.exit_code == kit::exit_refuted &&
                    again.output.find(found.kind + ": ") != std::string::npos)
                    continue;
                ++lost;
                kit::print("not reproduced: tally-check {} --replay '{}' (exit code {})\n",
                           report.name, found.replay, again.status());
            }
    kit::print("{} of {} replay strings give the same failure in a fresh process\n", tried - lost,
               tried);
    return lost;
}

}  // namespace tally::check
