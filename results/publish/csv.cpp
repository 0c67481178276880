// SPDX-License-Identifier: MIT
#include "results/publish/csv.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "kit/csv.hpp"

namespace tally::results {

using kit::csv_field;

std::string make_csv(const std::vector<run>& runs) {
    std::set<std::string> counters;
    for (const run& each : runs) {
        for (const row& measured : each.rows) {
            for (const auto& [counter, value] : measured.figures)
                counters.insert(counter);
        }
    }

    std::string text =
        "machine,run,workload,parameters,strategy,waiting,scale,count,repetition,error";
    for (const std::string& counter : counters)
        text += ',' + csv_field(counter);
    text += '\n';

    for (const run& each : runs) {
        std::vector<const row*> ordered;
        for (const row& measured : each.rows)
            ordered.push_back(&measured);
        const auto order = [](const row* it) {
            return std::tie(it->parts.workload, it->parts.parameters, it->parts.strategy,
                            it->parts.waiting, it->parts.count, it->repetition);
        };
        std::stable_sort(ordered.begin(), ordered.end(),
                         [&](const row* a, const row* b) { return order(a) < order(b); });
        for (const row* it : ordered) {
            text += fmt::format("{},{},{},{},{},{},{},{},{},{}", csv_field(each.machine),
                                csv_field(each.name), csv_field(it->parts.workload),
                                csv_field(it->parts.parameters), csv_field(it->parts.strategy),
                                csv_field(it->parts.waiting), it->parts.scale, it->parts.count,
                                it->repetition, csv_field(it->error));
            for (const std::string& counter : counters) {
                const double* value = it->find(counter);
                text += ',';
                // As few digits as give the same number back.
                if (value != nullptr) text += fmt::format("{}", *value);
            }
            text += '\n';
        }
    }
    return text;
}

}  // namespace tally::results
