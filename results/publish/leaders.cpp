// SPDX-License-Identifier: MIT
#include "results/publish/leaders.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

bool is_lock(const line& it) { return it.family != "counters"; }

bool any_ranked(const table& of) {
    return std::any_of(of.by_count.begin(), of.by_count.end(), [](const auto& at) {
        return std::any_of(at.second.begin(), at.second.end(),
                           [](const line& each) { return each.stands == standing::ranked; });
    });
}

// Who shares the best rank among lines that satisfy; the rest of them is counted.
template <class Predicate>
std::pair<std::string, const line*> best_of(const std::vector<line>& lines, Predicate satisfies) {
    const line* best = nullptr;
    std::string names;
    int named = 0;
    int others = 0;
    int all = 0;
    bool ended = false;
    for (const line& each : lines) {
        if (each.stands != standing::ranked || !satisfies(each)) continue;
        if (best == nullptr) best = &each;
        ++all;
        if (ended || !each.range.overlaps(best->range)) {
            ended = true;
            continue;
        }
        if (++named > 3) {
            ++others;
            continue;
        }
        if (!names.empty()) names += ", ";
        names += label(each.strategy, each.waiting);
    }
    if (others != 0) names += fmt::format(" and {} more", others);
    // Most of them in the first rank is no answer to which is fastest.
    if (named > 3 && 2 * named > all) {
        names = fmt::format("cannot tell {} of {} apart: {} and others", named, all,
                            label(best->strategy, best->waiting));
    }
    return {names, best};
}

std::string millions(const line& it) { return significant(it.middle / 1e6); }

}  // namespace

std::string leaders(const table& of) {
    std::string text;
    const auto say = [&]<class... Values>(fmt::format_string<Values...> format,
                                          Values&&... values) {
        text += fmt::format(format, std::forward<Values>(values)...);
    };
    if (!any_ranked(of)) {
        say("Fewer than {} repetitions: no interval is told and no rank is given.\n\n",
            kit::fewest_for_interval);
        return text;
    }
    const std::string scale = of.scale.empty() ? "" : of.scale;
    say("| {} | fastest lock | M inc/s | fastest of all | M inc/s |\n", scale);
    say("| ---: | --- | ---: | --- | ---: |\n");
    for (const auto& [count, lines] : of.by_count) {
        const auto [locks, lock] = best_of(lines, is_lock);
        const auto [all, any] = best_of(lines, [](const line&) { return true; });
        say("| {} | {} | {} | {} | {} |\n", of.scale.empty() ? "" : std::to_string(count), locks,
            lock == nullptr ? "" : millions(*lock), all, any == nullptr ? "" : millions(*any));
    }
    say("\n");
    return text;
}

}  // namespace tally::results
