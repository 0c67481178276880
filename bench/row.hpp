// A row: what one window showed. Its figures are those of runs/glossary.hpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/window.hpp"

namespace tally::bench {

using figure_list = std::vector<std::pair<std::string_view, double>>;

// What of a strategy the figures depend on.
struct reduction_context {
    double sample_cost_ns = 0;
    unsigned cpus = 1;
    bool counts = true;  // false: its number is not a shared count (a cost floor); no `lost`
};

// From what the workers noted to figures. Never NaN, never infinite.
figure_list reduce(const window_record& window, const reduction_context& with);

// One repetition of one benchmark, as it is written down.
struct row {
    std::string name;  // counter/<strategy>/<waiting>/threads:N
    std::string workload;
    std::string strategy;
    std::string family;
    std::string waiting;
    std::string scope;  // "thread", "process"
    std::string note;   // the strategy's own word on its figures, or empty
    bool exact = true;
    bool control = false;
    bool shared = true;
    unsigned workers = 1;
    unsigned repetition = 0;
    double window_ns = 0;
    double cpu_ns = 0;
    figure_list figures;
    std::string error;       // empty: none
    std::string_view ended;  // why this is the row's last: "settled" or "most"; or empty
};

// None where the row does not carry this figure.
std::optional<double> figure_of(const row& r, std::string_view name);

}  // namespace tally::bench
