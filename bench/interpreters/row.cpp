#include "bench/interpreters/row.hpp"

#include <nlohmann/json.hpp>
#include <set>

namespace tally::interpreters {

using json = nlohmann::ordered_json;

std::string table_text(const json& about, const std::vector<row>& rows, unsigned repetitions) {
    json table;
    table["context"] = about;
    table["benchmarks"] = json::array();
    for (const auto& one : rows) {
        json entry{{"name", one.name},
                   {"run_name", one.name},
                   {"run_type", "iteration"},
                   {"repetitions", repetitions},
                   {"repetition_index", one.repetition},
                   {"threads", one.threads}};
        if (!one.error.empty()) {
            entry["error_occurred"] = true;
            entry["error_message"] = one.error;
        }
        entry["iterations"] = 1;
        entry["real_time"] = one.nanoseconds;
        entry["cpu_time"] = one.nanoseconds;
        entry["time_unit"] = "ns";
        for (const auto& [counter, value] : one.counters)
            entry[counter] = value;
        if (!one.label.empty()) entry["label"] = one.label;
        table["benchmarks"].push_back(std::move(entry));
    }

    return table.dump(2) + "\n";
}

bool append_table(std::vector<row>& rows, const std::string& text) {
    static const std::set<std::string> not_counters{"family_index", "per_family_instance_index",
                                                    "repetitions",  "repetition_index",
                                                    "threads",      "iterations",
                                                    "real_time",    "cpu_time"};
    const json table = json::parse(text, nullptr, false);
    if (table.is_discarded() || !table.is_object() || !table.contains("benchmarks")) return false;
    for (const auto& entry : table["benchmarks"]) {
        if (entry.value("run_type", "") != "iteration") continue;
        row one;
        one.name = entry.value("run_name", "");
        one.threads = entry.value("threads", 1U);
        one.repetition = entry.value("repetition_index", 0U);
        one.nanoseconds = entry.value("real_time", 0.0);
        one.label = entry.value("label", "");
        one.error = entry.value("error_message", "");
        for (const auto& [key, value] : entry.items())
            if (value.is_number() && !not_counters.count(key))
                one.counters.emplace_back(key, value);
        rows.push_back(std::move(one));
    }
    return true;
}

}  // namespace tally::interpreters
