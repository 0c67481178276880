// SPDX-License-Identifier: MIT
#include "runs/row.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "runs/drivers_own.hpp"

namespace tally::runs {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_of(const json& object, const char* key, bool otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

unsigned count_of(const json& object, const char* key, unsigned otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<unsigned>()
                                                                : otherwise;
}

double time_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

// What a row says beside its name is what the name says.
void expect_agreement(const json& entry, const row& said) {
    const std::pair<const char*, const std::string&> parts[]{{"workload", said.parts.workload},
                                                             {"strategy", said.parts.strategy},
                                                             {"waiting", said.parts.waiting}};
    for (const auto& [key, named] : parts) {
        const std::string beside = text_of(entry, key);
        if (!beside.empty() && beside != named)
            throw bad_row("row '" + said.name + "': its " + key + " is '" + beside +
                          "', which is not what its name says");
    }
}

}  // namespace

std::string line_text(const row& of, unsigned repetitions) {
    nlohmann::ordered_json out;
    out["name"] = of.name;
    out["run_name"] = of.name;
    out["run_type"] = "iteration";
    out["repetitions"] = repetitions;
    out["repetition_index"] = of.repetition;
    out["threads"] = of.workers;
    out["iterations"] = 1;
    out["real_time"] = of.real_ns;
    out["cpu_time"] = of.cpu_ns;
    out["time_unit"] = "ns";
    if (!of.scope.empty()) {
        out["workload"] = of.parts.workload;
        out["strategy"] = of.parts.strategy;
        out["family"] = of.family;
        out["waiting"] = of.parts.waiting;
        out["scope"] = of.scope;
        out["exact"] = of.exact;
        out["control"] = of.control;
        out["shared"] = of.shared;
    }
    if (!of.note.empty()) out["note"] = of.note;
    if (!of.label.empty()) out["label"] = of.label;
    if (!of.ended.empty()) out["ended"] = of.ended;
    if (!of.error.empty()) {
        out["error_occurred"] = true;
        out["error_message"] = of.error;
    }
    for (const auto& [figure, value] : of.figures)
        if (std::isfinite(value)) out[figure] = value;
    return out.dump();
}

std::string document_text(std::span<const row> rows, const nlohmann::ordered_json& context,
                          unsigned repetitions) {
    // By hand as far as one row a line: a run has thousands, and is read by people too.
    std::string out = "{\n\"context\": " + context.dump(2) + ",\n\"benchmarks\": [";
    const char* between = "\n";
    for (const auto& each : rows) {
        out += between;
        out += line_text(each, repetitions);
        between = ",\n";
    }
    return out + "\n]\n}\n";
}

row read_row(const json& entry) {
    if (!entry.is_object())
        throw bad_row("is not a Google Benchmark report: a row is not a JSON object");
    row result{.name = text_of(entry, "name")};
    if (auto parts = parse_row_name(result.name)) {
        result.parts = std::move(*parts);
        expect_agreement(entry, result);
    }
    result.family = text_of(entry, "family");
    result.scope = text_of(entry, "scope");
    result.note = text_of(entry, "note");
    result.exact = flag_of(entry, "exact", true);
    result.control = flag_of(entry, "control", false);
    result.shared = flag_of(entry, "shared", true);
    result.workers = count_of(entry, "threads", 1);
    result.repetition = count_of(entry, "repetition_index", 0);
    result.real_ns = time_of(entry, "real_time");
    result.cpu_ns = time_of(entry, "cpu_time");
    result.label = text_of(entry, "label");
    result.ended = text_of(entry, "ended");
    for (const auto& [key, value] : entry.items()) {
        if (value.is_number() && !is_drivers_own_key(key))
            result.figures.emplace_back(key, value.get<double>());
        // What every table rests on: it would be left out of them without a word.
        if ((key == "increments_per_second" || key == "lost") &&
            !(value.is_number() && value.get<double>() >= 0)) {
            throw bad_row("row '" + result.name + "': " + key + " needs a number, 0 or more");
        }
    }
    if (flag_of(entry, "error_occurred", false) || !text_of(entry, "skipped").empty()) {
        result.error = text_of(entry, "error_message");
        if (result.error.empty()) result.error = "failed";
    }
    return result;
}

std::vector<row> read_rows(const json& document) {
    const auto entries = document.is_object() ? document.find("benchmarks") : document.end();
    if (!document.is_object() || entries == document.end() || !entries->is_array())
        throw bad_row("is not a Google Benchmark report: no array 'benchmarks'");
    std::vector<row> rows;
    for (const json& entry : *entries) {
        const std::string type = entry.is_object() ? text_of(entry, "run_type") : "";
        if (type.empty() || type == "iteration") rows.push_back(read_row(entry));
    }
    return rows;
}

}  // namespace tally::runs
