// SPDX-License-Identifier: MIT
#include "bench/report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "kit/columns.hpp"
#include "kit/csv.hpp"
#include "kit/statistics.hpp"
#include "runs/glossary.hpp"

namespace tally::bench {

namespace {

std::optional<double> median_of(std::span<const row> rows, std::string_view name) {
    std::vector<double> values;
    for (const auto& r : rows)
        if (const double* value = r.find(name)) values.push_back(*value);
    if (values.empty()) return std::nullopt;
    return kit::median(values);
}

// "12.3M", "4.56k", "789": three digits, for a column.
std::string short_number(std::optional<double> value) {
    if (!value) return "n/a";
    double n = *value;
    for (const char* unit : {"", "k", "M"}) {
        if (std::abs(n) < 999.5) return fmt::format("{:.3g}{}", n, unit);
        n /= 1000;
    }
    return fmt::format("{:.4g}G", n);
}

}  // namespace

std::string to_csv(std::span<const row> rows) {
    std::string out = "name,workload,strategy,family,waiting,scope,repetition,window_ns,cpu_ns";
    for (const auto& figure : runs::figures) {
        out += ',';
        out += figure.name;
    }
    out += ",error\n";
    for (const auto& r : rows) {
        out += fmt::format("{},{},{},{},{},{},{},{},{}", kit::csv_field(r.name), r.parts.workload,
                           r.parts.strategy, r.family, r.parts.waiting, r.scope, r.repetition,
                           r.real_ns, r.cpu_ns);
        for (const auto& figure : runs::figures) {
            const double* value = r.find(figure.name);
            out += value != nullptr ? fmt::format(",{}", *value) : ",";
        }
        out += ',' + kit::csv_field(r.error) + '\n';
    }
    return out;
}

namespace {

// The figures, and the space before the first.
constexpr std::size_t figures_width = 77;

bool fits_one_line(std::size_t name_width, std::size_t columns) {
    return columns == 0 || name_width + figures_width <= columns;
}

template <class... Texts>
std::string figure_columns(const Texts&... texts) {
    return fmt::format(" {:>9} {:>9} {:>9} {:>9} {:>9} {:>6} {:>9} {:>9}", texts...);
}

std::vector<std::string> remarks_on(std::span<const row> repetitions) {
    std::vector<std::string> remarks;
    if (const auto ratio = median_of(repetitions, "ratio_to_by_hand"))
        remarks.push_back(fmt::format("{:.3f} of by hand ({:+.3f} ns)", *ratio,
                                      *median_of(repetitions, "added_ns_per_increment")));
    if (median_of(repetitions, "threads_per_cpu").value_or(0) > 1)
        remarks.emplace_back("oversubscribed");
    if (const double* width = repetitions.back().find("interval_half_width"))
        remarks.push_back(fmt::format("{}x ±{:.2g}%", repetitions.size(), 100 * *width));
    if (repetitions.front().control) remarks.emplace_back("control");
    const auto dirty = std::count_if(repetitions.begin(), repetitions.end(), [](const row& r) {
        const double* dirty_one = r.find("dirty");
        return dirty_one != nullptr && *dirty_one != 0;
    });
    if (dirty != 0) remarks.push_back(fmt::format("{} of {} dirty", dirty, repetitions.size()));
    for (const auto& r : repetitions)
        if (!r.error.empty()) {
            remarks.push_back("ERROR: " + r.error);
            break;
        }
    return remarks;
}

}  // namespace

std::string console_heading(std::size_t name_width, std::size_t columns) {
    const auto values = figure_columns("inc/s", "ns/inc", "cpu ns", "p50 ns", "p99.9 ns", "Jain",
                                       "handover", "lost");
    if (fits_one_line(name_width, columns))
        return fmt::format("{:<{}}{}", "row (medians)", name_width, values);
    return "row (medians)\n" + values;
}

std::string console_note(const row& of, std::size_t columns) {
    return kit::fit_columns(of.parts.strategy + ": " + of.note,
                            columns == 0 ? std::string::npos : columns);
}

std::string console_line(std::span<const row> repetitions, std::size_t name_width,
                         std::size_t columns) {
    const auto median = [&](std::string_view name) {
        return short_number(median_of(repetitions, name));
    };
    // Nothing is known of a wait below the resolution, but that it was shorter.
    const auto wait = [&](std::string_view name, std::string_view its_floor) {
        const auto value = median_of(repetitions, name);
        auto floor = median_of(repetitions, its_floor);
        if (!floor) floor = median_of(repetitions, "wait_floor_ns");
        return value && floor && *value < *floor ? "<" + short_number(floor) : short_number(value);
    };
    const auto values = figure_columns(
        median("increments_per_second"), median("ns_per_increment"), median("cpu_ns_per_increment"),
        wait("wait_p50_ns", "wait_floor_ns"), wait("wait_p999_ns", "wait_p999_floor_ns"),
        median("fairness_jain"), median("handover_rate"), median("lost"));
    const bool one_line = fits_one_line(name_width, columns);
    const std::string name = repetitions.front().name;
    std::string out = one_line ? fmt::format("{:<{}}{}", name, name_width, values) : name;
    // What does not fit beside goes below; an error's text is as long as it is.
    std::size_t used = out.size();
    for (const auto& remark : remarks_on(repetitions)) {
        used += 2 + remark.size();
        if (columns != 0 && used > columns) {
            out += "\n";
            used = 2 + remark.size();
        }
        out += "  " + remark;
    }
    return one_line ? out : out + "\n" + values;
}

}  // namespace tally::bench
