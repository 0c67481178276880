// SPDX-License-Identifier: MIT
#include "results/publish/compare.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "results/publish/table.hpp"

namespace tally::results {
namespace {

struct measured_row {
    std::vector<double> throughput;
    bool loses = false;
};

std::map<std::string, measured_row> rows_of(const run& from) {
    std::map<std::string, measured_row> result;
    for (const row& each : from.rows) {
        const double* speed = each.find(throughput_counter);
        if (speed == nullptr) continue;
        const runs::row_name& it = each.parts;
        std::string name = it.workload + "/" + it.strategy + "/" + it.waiting;
        if (!it.parameters.empty()) name += "/" + it.parameters;
        if (!it.scale.empty()) name += "/" + it.scale + ":" + std::to_string(it.count);
        measured_row& here = result[name];
        here.throughput.push_back(*speed);
        const double* lost = each.find(lost_counter);
        here.loses |= lost != nullptr && *lost != 0;
    }
    return result;
}

// Beyond the tolerance, seen from `base`.
change beyond(const kit::interval& range, double base, double tolerance) {
    if (range.high < base * (1 - tolerance)) return change::slower;
    if (range.low > base / (1 - tolerance)) return change::faster;
    return change::none;
}

void learn_drift(comparison& of) {
    std::vector<double> logs;
    for (const compared_row& each : of.rows) {
        if (each.has_range && each.ratio > 0) logs.push_back(std::log(each.ratio));
    }
    of.drift_known = logs.size() >= fewest_for_drift;
    if (!of.drift_known) return;
    const double middle = kit::median(logs);
    for (double& each : logs)
        each = std::fabs(each - middle);
    std::sort(logs.begin(), logs.end());
    of.drift = std::exp(middle);
    of.spread = logs[static_cast<std::size_t>(0.95 * static_cast<double>(logs.size() - 1))];
}

change verdict_of(const compared_row& it, const comparison& in, double tolerance) {
    const change seen = beyond(it.range, 1, tolerance);
    if (!in.drift_known || seen == change::none) return seen;
    // More than machines drift: then it is not the machine, and every row has changed with it.
    if (beyond({in.drift, in.drift}, 1, tolerance) == seen) return seen;
    if (beyond(it.range, in.drift, tolerance) != seen) return change::none;
    const double apart = std::fabs(std::log(it.ratio) - std::log(in.drift));
    return apart > far_out * in.spread ? seen : change::none;
}

}  // namespace

comparison compare(const run& before, const run& after, double tolerance) {
    comparison result;
    const auto old_rows = rows_of(before);
    const auto new_rows = rows_of(after);
    for (const auto& [name, now] : new_rows) {
        if (!old_rows.contains(name)) result.only_in_one.push_back(name);
    }
    for (const auto& [name, then] : old_rows) {
        const auto found = new_rows.find(name);
        if (found == new_rows.end()) {
            result.only_in_one.push_back(name);
            continue;
        }
        const measured_row& now = found->second;
        compared_row it{
            .name = name, .ratio = 1, .range = {1, 1}, .has_range = false, .verdict = change::none};
        // A window without an increment has no ratio; the row is compared by its count alone.
        const auto positive = [](double speed) { return speed > 0; };
        if (then.throughput.size() >= kit::fewest_for_interval &&
            now.throughput.size() >= kit::fewest_for_interval &&
            std::all_of(then.throughput.begin(), then.throughput.end(), positive)) {
            it.ratio = kit::median(now.throughput) / kit::median(then.throughput);
            it.range = kit::bootstrap_ratio(now.throughput, then.throughput);
            it.has_range = true;
        }
        if (now.loses && !then.loses) it.verdict = change::wrong;
        result.rows.push_back(std::move(it));
    }
    learn_drift(result);
    for (compared_row& each : result.rows) {
        if (each.has_range && each.verdict != change::wrong)
            each.verdict = verdict_of(each, result, tolerance);
    }
    const auto size_of = [](const compared_row& it) {
        return it.ratio > 0 ? std::fabs(std::log(it.ratio)) : HUGE_VAL;
    };
    std::stable_sort(
        result.rows.begin(), result.rows.end(),
        [&](const compared_row& a, const compared_row& b) { return size_of(a) > size_of(b); });
    return result;
}

}  // namespace tally::results
