// SPDX-License-Identifier: MIT
#include "detectors/suspects.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "check/report_json.hpp"

namespace tally::detectors {

namespace {

using check::hunt_result;
using check::subject_report;

std::vector<subject_report> read(const std::string& facts) {
    std::ifstream file(facts);
    if (!file) throw std::runtime_error("cannot read " + facts);
    try {
        return nlohmann::json::parse(file).get<std::vector<subject_report>>();
    } catch (const nlohmann::json::exception& wrong) {
        throw std::runtime_error(facts + " is not what tally-check --json writes: " + wrong.what());
    }
}

void add_hunts(suspect& to, const std::vector<hunt_result>& hunts) {
    for (const auto& hunt : hunts)
        to.by[hunt.search] = {.caught = !hunt.caught_by.empty(),
                              .what = hunt.caught_by,
                              .tries = hunt.executions,
                              .seconds = hunt.seconds,
                              .kind = hunt.kind};
}

// On the native machines an access is known by its line.
void refuse_shared_lines(const subject_report& report) {
    std::map<std::string, std::set<unsigned>> columns;
    for (const auto& order : report.orders)
        columns[order.what.by.place()].insert(order.what.by.column);
    for (const auto& [place, on_line] : columns)
        if (on_line.size() > 1)
            throw std::runtime_error(place + " has two accesses with an order on one line, which " +
                                     "cannot be told apart: break the line");
}

suspect weakened(const subject_report& report, const check::weakened_order& order) {
    suspect one;
    one.kind = "weakened";
    one.subject = report.name;
    one.file = report.file;
    one.weakened = order.what;
    one.reason = order.reason;
    // What survives every execution is a lock as good as it was.
    one.broken = !order.caught_by.empty() || order.reason.empty();
    if (one.broken) one.must = {"exhaustive"};
    add_hunts(one, order.hunts);
    return one;
}

// A specimen's detectors, as ours.
std::vector<std::string> names_of(const detector_set& which) {
    std::vector<std::string> all;
    if (which.stress) all.emplace_back("stress");
    if (which.tsan) all.insert(all.end(), {"tsan-gcc", "tsan-clang"});
    if (which.checker) all.emplace_back("exhaustive");
    return all;
}

}  // namespace

std::vector<suspect> gather(const std::string& facts, const std::vector<stress::listed>& native) {
    std::vector<suspect> all;
    std::map<std::string, const subject_report*> checked;
    const auto reports = read(facts);
    for (const auto& report : reports) {
        if (report.kind == "program" && report.orders.empty()) continue;
        checked[report.name] = &report;
        refuse_shared_lines(report);
        for (const auto& order : report.orders)
            all.push_back(weakened(report, order));
    }

    std::set<std::string> seen;
    for (const auto& one : native) {
        if ((one.control && !one.specimen) || !seen.insert(one.name).second) continue;
        suspect shown;
        shown.subject = one.name;
        shown.file = one.file;
        shown.kind = one.specimen ? "specimen" : "correct";
        if (one.specimen) {
            shown.breaks = to_string(one.specimen->breaks);
            shown.must = names_of(one.specimen->caught_by);
            shown.may = names_of(one.specimen->missed_by);
            shown.why_missed = one.specimen->why_missed;
        }
        shown.broken = !shown.must.empty();
        const auto found = checked.find(one.name);
        if (found != checked.end()) add_hunts(shown, found->second->hunts);
        all.push_back(std::move(shown));
    }
    std::stable_sort(all.begin(), all.end(), [](const suspect& a, const suspect& b) {
        const auto rank = [](const suspect& s) {
            return s.kind == "weakened" ? 0 : s.kind == "specimen" ? 1 : 2;
        };
        return rank(a) < rank(b);
    });
    return all;
}

}  // namespace tally::detectors
