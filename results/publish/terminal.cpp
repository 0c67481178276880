// SPDX-License-Identifier: MIT
#include "results/publish/terminal.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

constexpr std::size_t best_shown = 6;

const table* newest_table(const site& of) {
    const table* result = nullptr;
    const auto better = [](const table& a, const table& b) {
        if (a.source->name != b.source->name) return a.source->name > b.source->name;
        return a.workload == "counter" && b.workload != "counter";
    };
    for (const auto& [machine, tables] : of.tables) {
        for (const table& each : tables) {
            if (!each.has_throughput()) continue;
            if (result == nullptr || better(each, *result)) result = &each;
        }
    }
    return result;
}

// `text` in a column of so many characters; µ and others are more bytes than characters.
std::string right(const std::string& text, std::size_t width) {
    const auto characters =
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    return std::string(width > characters ? width - characters : 0, ' ') + text;
}

std::string remark(const line& it) {
    if (it.lost != 0) {
        return it.made > 0 ? fmt::format("lost {} %", significant(100 * it.lost / it.made, 2))
                           : "wrong count";
    }
    if (it.stands == standing::control) return "control";
    return it.dirty == 0 ? "" : fmt::format("{}/{} dirty", it.dirty, it.repetitions);
}

std::string text_of(const line& it) {
    const double* cost = it.find("ns_per_increment");
    const double* wait = it.find("wait_p99_ns");
    const std::string speed = it.throughput.empty() ? "n/a"
                              : !it.has_interval()
                                  ? scaled(it.middle)
                                  : fmt::format("{} [{}, {}]", scaled(it.middle),
                                                scaled(it.range.low), scaled(it.range.high));
    std::string text = fmt::format(
        "{:>3} {:<21}{}{}{} {}", it.rank == 0 ? "-" : std::to_string(it.rank),
        label(it.strategy, it.waiting).substr(0, 21), right(speed, 24),
        right(cost == nullptr ? "n/a" : duration(*cost), 9),
        right(wait == nullptr ? "n/a" : tally::results::wait(*wait, it.p99_floor()), 10),
        remark(it));
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

}  // namespace

std::string make_summary(const site& of) {
    const table* shown = newest_table(of);
    if (shown == nullptr) return "";
    std::string text;
    const auto say = [&]<class... Values>(fmt::format_string<Values...> format,
                                          Values&&... values) {
        text += fmt::format(format, std::forward<Values>(values)...);
    };
    say("\n{}: {}\n", describe(*shown->source).title,
        shown->parameters.empty() ? shown->workload : shown->workload + ", " + shown->parameters);
    say("increments per second, all threads together: median [95 % interval]\n");
    bool few = false;
    for (const auto& [count, lines] : shown->by_count) {
        const std::string heading = count == 1 ? "1 thread" : fmt::format("{} threads", count);
        say("\n{:<25}{}{}{}\n", heading, right("inc/s", 24), right("each", 9),
            right("p99 wait", 10));
        std::size_t ranked = 0;  // or to be, with more repetitions
        for (const line& each : lines) {
            const bool best = (each.stands == standing::ranked || each.stands == standing::few) &&
                              ++ranked <= best_shown;
            const bool own = !of.catalogue.contains(each.strategy);
            if (best || own || each.strategy == "std_mutex" || each.lost != 0)
                say("{}\n", text_of(each));
            few = few || each.stands == standing::few;
        }
    }
    if (few) {
        say("\nFewer than {} repetitions give no interval and no rank.\n",
            kit::fewest_for_interval);
    }
    return text;
}

}  // namespace tally::results
