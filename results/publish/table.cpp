// SPDX-License-Identifier: MIT
#include "results/publish/table.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace tally::results {
namespace {

using key = std::tuple<std::string, std::string, std::string>;  // workload, parameters, scale

key key_of(const runs::row_name& name) { return {name.workload, name.parameters, name.scale}; }

// Also those that are there to lose.
std::set<std::string> strategies_that_lose(const run& from) {
    std::set<std::string> result;
    for (const row& each : from.rows) {
        const double* lost = each.find(lost_counter);
        if (each.control || (lost != nullptr && *lost != 0)) result.insert(each.parts.strategy);
    }
    return result;
}

standing standing_of(const line& it, bool counted, bool loses_elsewhere) {
    if (it.lost != 0) return standing::wrong;
    if (it.throughput.empty()) {
        return it.medians.empty() ? standing::failed : standing::unranked;
    }
    if (loses_elsewhere) return standing::control;
    if (!counted) return standing::unchecked;
    if (it.family == "interpreter") return standing::model;
    return it.has_interval() ? standing::ranked : standing::few;
}

line reduce(const std::vector<const row*>& repetitions, const std::set<std::string>& losing) {
    const runs::row_name& name = repetitions.front()->parts;
    line result;
    result.strategy = name.strategy;
    result.waiting = name.waiting;
    result.family = repetitions.front()->family;
    result.repetitions = repetitions.size();
    bool counted = false;
    std::map<std::string, std::vector<double>> values;
    for (const row* each : repetitions) {
        if (result.error.empty()) result.error = each->error;
        if (result.note.empty()) result.note = each->note;
        result.settled = result.settled || each->ended == "settled";
        for (const auto& [counter, value] : each->figures)
            values[counter].push_back(value);
        if (const double* lost = each->find(lost_counter)) {
            counted = true;
            result.lost += *lost;
        }
        if (const double* made = each->find(made_counter)) result.made += *made;
        const double* dirty = each->find(dirty_counter);
        if (dirty != nullptr && *dirty != 0) ++result.dirty;
        if (const double* speed = each->find(throughput_counter)) {
            result.throughput.push_back(*speed);
        }
    }
    for (const auto& [counter, all] : values)
        result.medians[counter] = kit::median(all);
    if (!result.throughput.empty()) {
        result.middle = kit::median(result.throughput);
        result.range = result.has_interval() ? kit::bootstrap_interval(result.throughput)
                                             : kit::interval{result.middle, result.middle};
    }
    result.stands = standing_of(result, counted, losing.contains(name.strategy));
    return result;
}

void rank(std::vector<line>& lines) {
    std::stable_sort(lines.begin(), lines.end(), [](const line& a, const line& b) {
        // The ranked, then those that have too few repetitions for a rank, then the others.
        const auto group = [](const line& it) {
            return it.stands == standing::ranked ? 0 : it.stands == standing::few ? 1 : 2;
        };
        if (group(a) != group(b)) return group(a) < group(b);
        if (a.middle != b.middle) return a.middle > b.middle;
        return std::tie(a.strategy, a.waiting) < std::tie(b.strategy, b.waiting);
    });
    std::vector<kit::interval> ranges;
    for (const line& each : lines) {
        if (each.stands == standing::ranked) ranges.push_back(each.range);
    }
    const std::vector<int> given = kit::ranks(ranges);
    for (std::size_t i = 0; i != given.size(); ++i)
        lines[i].rank = given[i];
}

table make_table(const run& from, const key& which) {
    table result{.source = &from,
                 .workload = std::get<0>(which),
                 .parameters = std::get<1>(which),
                 .scale = std::get<2>(which),
                 .by_count = {}};
    std::map<std::tuple<unsigned, std::string, std::string>, std::vector<const row*>> grouped;
    for (const row& each : from.rows) {
        if (key_of(each.parts) != which) continue;
        grouped[{each.parts.count, each.parts.strategy, each.parts.waiting}].push_back(&each);
    }
    const std::set<std::string> losing = strategies_that_lose(from);
    for (const auto& [where, repetitions] : grouped) {
        result.by_count[std::get<0>(where)].push_back(reduce(repetitions, losing));
    }
    for (auto& [count, lines] : result.by_count)
        rank(lines);
    return result;
}

}  // namespace

std::string label(const std::string& strategy, const std::string& waiting) {
    if (waiting == "itself" || waiting == "none" || waiting.empty()) return strategy;
    return strategy + " (" + waiting + ")";
}

const double* line::find(std::string_view counter) const {
    const auto found = medians.find(std::string(counter));
    return found == medians.end() ? nullptr : &found->second;
}

bool table::has_throughput() const {
    for (const auto& [count, lines] : by_count) {
        for (const line& each : lines) {
            if (!each.throughput.empty()) return true;
        }
    }
    return false;
}

std::map<std::string, std::vector<table>> make_tables(const std::vector<run>& runs) {
    struct candidate {
        const run* from = nullptr;
        std::set<std::string> strategies;

        bool gives_way_to(const candidate& later) const {
            if (from->complete != later.from->complete) return later.from->complete;
            return 5 * later.strategies.size() >= 4 * strategies.size();
        }
    };
    // Runs come by machine and then by name, which begins with the date.
    std::map<std::string, std::map<key, candidate>> chosen;
    for (const run& each : runs) {
        std::map<key, candidate> offered;
        for (const row& measured : each.rows) {
            candidate& it = offered[key_of(measured.parts)];
            it.from = &each;
            it.strategies.insert(measured.parts.strategy);
        }
        auto& of_machine = chosen[each.machine];
        for (auto& [which, it] : offered) {
            const auto [at, is_new] = of_machine.try_emplace(which, it);
            if (!is_new && at->second.gives_way_to(it)) at->second = std::move(it);
        }
    }
    std::map<std::string, std::vector<table>> result;
    for (const auto& [machine, tables] : chosen) {
        for (const auto& [which, it] : tables) {
            result[machine].push_back(make_table(*it.from, which));
        }
    }
    return result;
}

}  // namespace tally::results
