// SPDX-License-Identifier: MIT
#include "results/publish/gil/findings.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kit/statistics.hpp"

namespace tally::results::gil {

findings::findings(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto table = nlohmann::json::parse(text, nullptr, false);
    std::vector<row> rows;
    try {
        rows = runs::read_rows(table);
    } catch (const runs::bad_row& wrong) {
        throw std::runtime_error(file + ": " + wrong.what());
    }
    if (rows.empty()) throw std::runtime_error(file + ": is not a table of tally-interpreters");
    if (table.contains("context") && table["context"].contains("interpreters"))
        interpreters_ = table["context"]["interpreters"].get<std::vector<std::string>>();
    for (auto& one : rows)
        rows_[one.name].push_back(std::move(one));
}

namespace {

std::vector<double> values_of(const std::map<std::string, std::vector<row>>& rows,
                              const std::string& name, const std::string& counter) {
    std::vector<double> values;
    const auto found = rows.find(name);
    if (found == rows.end()) return values;
    for (const auto& one : found->second) {
        if (!one.error.empty()) continue;
        if (counter == "real_time")
            values.push_back(one.real_ns);
        else if (const double* value = one.find(counter))
            values.push_back(*value);
    }
    std::sort(values.begin(), values.end());
    return values;
}

std::optional<double> median_of(const std::vector<double>& values) {
    if (values.empty()) return std::nullopt;
    return kit::median(values);
}

}  // namespace

std::vector<double> findings::values(const std::string& row_name,
                                     const std::string& counter) const {
    return values_of(rows_, row_name, counter);
}

std::optional<double> findings::median(const std::string& row_name,
                                       const std::string& counter) const {
    return median_of(values_of(rows_, row_name, counter));
}

std::optional<double> findings::largest(const std::string& row_name,
                                        const std::string& counter) const {
    const auto values = values_of(rows_, row_name, counter);
    if (values.empty()) return std::nullopt;
    return values.back();
}

unsigned findings::runs(const std::string& row_name) const {
    return static_cast<unsigned>(values_of(rows_, row_name, "real_time").size());
}

unsigned findings::lossy_runs(const std::string& row_name) const {
    const auto values = values_of(rows_, row_name, "lost");
    return static_cast<unsigned>(
        std::count_if(values.begin(), values.end(), [](double lost) { return lost != 0; }));
}

std::vector<std::string> findings::wrong() const {
    std::vector<std::string> result;
    for (const auto& [name, repeated] : rows_)
        for (const auto& one : repeated) {
            const double* lost = one.find("lost");
            const double* may_lose = one.find("may_lose");
            if (!one.error.empty())
                result.push_back(name + ": " + one.error);
            else if (lost != nullptr && *lost != 0 && (may_lose == nullptr || *may_lose == 0))
                result.push_back(name + ": lost " + std::to_string(static_cast<long long>(*lost)));
        }
    return result;
}

std::vector<double> findings::speed_ups(const std::string& stem, unsigned threads,
                                        std::string_view where) const {
    std::string name = stem + "/threads:" + std::to_string(threads);
    if (where != "any") name.append("/cpus:").append(where);
    return values(name, "speed_up");
}

std::optional<double> findings::scaling(const std::string& stem, unsigned threads,
                                        std::string_view where) const {
    return median_of(speed_ups(stem, threads, where));
}

generation generation_of(const std::string& name) {
    generation result;
    if (std::sscanf(name.c_str(), "cpython-%d.%d", &result.major, &result.minor) != 2) return {};
    return result;
}

}  // namespace tally::results::gil
