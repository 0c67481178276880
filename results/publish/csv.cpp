#include "results/publish/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>

namespace tally::results {
namespace {

std::string field(std::string_view text) {
    // What begins so is a formula to a spreadsheet; behind an apostrophe it is text.
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        return field("'" + std::string(text));
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

}  // namespace

std::string make_csv(const std::vector<run>& runs) {
    std::set<std::string> counters;
    for (const run& each : runs) {
        for (const row& measured : each.rows) {
            for (const auto& [counter, value] : measured.values)
                counters.insert(counter);
        }
    }

    std::string text =
        "machine,run,workload,parameters,strategy,waiting,scale,count,repetition,error";
    for (const std::string& counter : counters)
        text += ',' + field(counter);
    text += '\n';

    for (const run& each : runs) {
        std::vector<const row*> ordered;
        for (const row& measured : each.rows)
            ordered.push_back(&measured);
        const auto order = [](const row* it) {
            return std::tie(it->name.workload, it->name.parameters, it->name.strategy,
                            it->name.waiting, it->name.count, it->repetition);
        };
        std::stable_sort(ordered.begin(), ordered.end(),
                         [&](const row* a, const row* b) { return order(a) < order(b); });
        for (const row* it : ordered) {
            fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{},{}",
                           field(each.machine), field(each.name), field(it->name.workload),
                           field(it->name.parameters), field(it->name.strategy),
                           field(it->name.waiting), it->name.scale, it->name.count, it->repetition,
                           field(it->error));
            for (const std::string& counter : counters) {
                const double* value = it->find(counter);
                text += ',';
                // As few digits as give the same number back.
                if (value != nullptr) fmt::format_to(std::back_inserter(text), "{}", *value);
            }
            text += '\n';
        }
    }
    return text;
}

}  // namespace tally::results
