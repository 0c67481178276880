#include "results/publish/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <string_view>

#include "kit/markdown.hpp"
#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

// What the page says of a workload. One that is not named here gets its tables all the same: ranked
// if its rows have increments per second, else with every counter that they have.
struct workload_text {
    std::string_view workload;
    std::string_view meaning;
    std::vector<std::string_view> columns = {};  // not empty: not ranked, these counters are shown
};

const workload_text& about(std::string_view workload) {
    static const workload_text unknown{"", ""};
    static const std::vector<workload_text> known{
        {"counter",
         "Every thread adds one to the shared counter, again and again, and does nothing else."},
        {"sections",
         "Every thread enters, counts and works on the shared data for `cs`, leaves, and works on "
         "data of its own for `ncs`. (Runs made before November 2026 worked 1.7 to 2.5 times "
         "longer "
         "than these names said, because their calibration timed an empty loop; their rows of this "
         "workload are left out everywhere.)"},
        {"floor",
         "What the suite itself adds: the measured loop, and the same loop written by hand, in "
         "turn in one run.",
         {"ns_per_increment", "by_hand_ns_per_increment", "added_ns_per_increment",
          "ratio_to_by_hand"}},
    };
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const auto& each) { return each.workload == workload; });
    return found == known.end() ? unknown : *found;
}

std::string singular(std::string_view scale) {
    if (scale == "processes") return "process";
    return std::string(scale.substr(0, scale.size() - 1));
}

std::string counted(unsigned count, std::string_view scale) {
    return fmt::format("{} {}", count, count == 1 ? singular(scale) : std::string(scale));
}

class writer {
public:
    explicit writer(const site& of) : site_(of) {}

    std::string page() {
        say("<!-- Made by tally-publish from the raw runs in runs/. What is edited here is lost. "
            "-->\n");
        say("# What one safe increment costs\n\n");
        introduction();
        for (const auto& [machine, tables] : site_.tables)
            section(machine, tables);
        definitions();
        return std::move(text_);
    }

private:
    template <class... Values>
    void say(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    void introduction() {
        const std::string method = site_.link(site_.repository / "docs/method.md", site_.out);
        say("A figure is the median of repetitions that were interleaved at random, with its 95 % "
            "bootstrap interval ({} resamples, fixed seed). Strategies share a rank when their "
            "interval overlaps that of the best one of the rank. A strategy that lost an "
            "increment is shown with what it lost and never ranked. "
            "[How it is measured]({}) says what each column means and what the figures cannot "
            "tell; [increments.csv](increments.csv) has every repetition and every counter.\n\n",
            grouped(kit::bootstrap_resamples), method);
        say("A rank is for choosing between strategies on one machine under one load. M inc/s: "
            "million increments per second, all {} together. Waiting: `spin` re-reads; `yield` and "
            "`park` spin a while, then give the CPU away, or sleep in the kernel; `itself`: the "
            "library decides; `none`: nobody waits for anybody.\n\n",
            "threads");
        if (!site_.evidence.empty()) {
            say("What was proved of each lock, and up to what bound: [evidence](evidence.md).\n\n");
        }
        if (site_.tables.size() > 1) {
            for (const auto& [machine, tables] : site_.tables) {
                say("- [{}](#{})\n", describe(*tables.front().source).title, machine);
            }
            say("\n");
        }
    }

    void section(const std::string& machine, const std::vector<table>& tables) {
        const machine_facts facts = describe(*tables.front().source);
        say("<a id=\"{}\"></a>\n\n## {}\n\n", machine, facts.title);
        if (const auto chart = site_.charts.find(machine); chart != site_.charts.end()) {
            say("![Throughput against threads on {}]({})\n\n", facts.title, chart->second);
        }
        sources(machine, tables);
        bool first = true;
        for (const table& each : tables) {
            say("### {}{}{}\n\n", each.workload, each.parameters.empty() ? "" : ", ",
                each.parameters);
            const workload_text& text = about(each.workload);
            if (!text.meaning.empty()) say("{}\n\n", text.meaning);
            if (each.parameters.find("data:apart") != std::string::npos) {
                say("The counter has a cache line of its own here. In all other rows it lies "
                    "directly behind its lock, in the lock's line where that has room.\n\n");
            }
            if (each.has_throughput() && text.columns.empty()) {
                leaders(each);
                for (const auto& [count, lines] : each.by_count) {
                    ranking(each, count, lines, first && count == facts.cpus);
                }
            } else {
                plain(each, text.columns);
            }
            first = false;
        }
    }

    // Where and how each run was made. Mostly one run has all of a machine's tables.
    void sources(const std::string& machine, const std::vector<table>& tables) {
        std::vector<const run*> runs;
        for (const table& each : tables) {
            if (std::find(runs.begin(), runs.end(), each.source) == runs.end()) {
                runs.push_back(each.source);
            }
        }
        for (const run* each : runs) {
            say("<details><summary>Run {}{}: where and how it was made</summary>\n\n", each->name,
                each->complete ? "" : " (stopped early: rows are missing)");
            say("| | |\n| --- | --- |\n");
            for (const auto& [label, value] : describe(*each).listed) {
                say("| {} | {} |\n", label, kit::verbatim(value));
            }
            say("| raw | [runs/{0}/{1}](runs/{0}/{1}) |\n\n</details>\n\n", each->machine,
                each->name);
            if (each->miscalibrated != 0) {
                say("{} rows of `sections` of run {} are left out here and in increments.csv: its "
                    "calibration timed an empty loop, and they worked 1.7 to 2.5 times longer than "
                    "their names say.\n\n",
                    each->miscalibrated, each->name);
            }
        }
        std::string unshown;
        for (const std::string& name : site_.runs.at(machine)) {
            const bool shown = std::any_of(runs.begin(), runs.end(),
                                           [&](const run* each) { return each->name == name; });
            if (!shown) unshown += (unshown.empty() ? "" : ", ") + name;
        }
        if (!unshown.empty()) {
            say("Older, stopped early, or of a part only, and so in increments.csv alone: {}.\n\n",
                unshown);
        }
    }

    static bool is_lock(const line& it) { return it.family != "counters"; }

    static bool any_ranked(const table& of) {
        return std::any_of(of.by_count.begin(), of.by_count.end(), [](const auto& at) {
            return std::any_of(at.second.begin(), at.second.end(),
                               [](const line& each) { return each.stands == standing::ranked; });
        });
    }

    // Who shares the best rank among lines that satisfy; the rest of them is counted.
    template <class Predicate>
    static std::pair<std::string, const line*> best_of(const std::vector<line>& lines,
                                                       Predicate satisfies) {
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

    void leaders(const table& of) {
        if (!any_ranked(of)) {
            say("Fewer than {} repetitions: no interval is told and no rank is given.\n\n",
                kit::fewest_for_interval);
            return;
        }
        const std::string scale = of.scale.empty() ? "" : of.scale;
        say("| {} | fastest lock | M inc/s | fastest of all | M inc/s |\n", scale);
        say("| ---: | --- | ---: | --- | ---: |\n");
        for (const auto& [count, lines] : of.by_count) {
            const auto [locks, lock] = best_of(lines, is_lock);
            const auto [all, any] = best_of(lines, [](const line&) { return true; });
            say("| {} | {} | {} | {} | {} |\n", of.scale.empty() ? "" : std::to_string(count),
                locks, lock == nullptr ? "" : millions(*lock), all,
                any == nullptr ? "" : millions(*any));
        }
        say("\n");
    }

    static std::string millions(const line& it) { return significant(it.middle / 1e6); }

    static bool oversubscribed(const std::vector<line>& lines) {
        return std::any_of(lines.begin(), lines.end(), [](const line& each) {
            const double* crowding = each.find(crowding_counter);
            return crowding != nullptr && *crowding > 1;
        });
    }

    void ranking(const table& of, unsigned count, const std::vector<line>& lines, bool open) {
        std::string summary = of.scale.empty() ? "ranking" : counted(count, of.scale);
        if (oversubscribed(lines)) {
            summary += fmt::format(", oversubscribed: {} on each CPU",
                                   significant(*lines.front().find(crowding_counter), 2));
        }
        say("<details{}><summary>{} ({} rows)</summary>\n\n", open ? " open" : "", summary,
            lines.size());
        const bool proved = !site_.evidence.empty();
        say("| rank | strategy | waiting | M inc/s [95 % interval] | ns/inc | p99 wait | fairness "
            "|{} notes |\n",
            proved ? " proof |" : "");
        say("| ---: | --- | --- | ---: | ---: | ---: | ---: |{} --- |\n", proved ? " --- |" : "");
        for (const line& each : lines) {
            say("| {} | {} | {} | {} | {} | {} | {} |",
                each.rank == 0 ? "–" : std::to_string(each.rank), linked(each.strategy),
                each.waiting, throughput(each), nanoseconds(each),
                optional(each, "wait_p99_ns",
                         [&](double ns) { return kit::verbatim(wait(ns, each.wait_floor())); }),
                optional(each, "fairness_jain", [](double x) { return fmt::format("{:.2f}", x); }));
            if (proved) say(" {} |", proof(each.strategy));
            say(" {} |\n", notes(each));
        }
        say("\n</details>\n\n");
    }

    // Reference links, defined once at the end: a table names a strategy many times.
    std::string linked(const std::string& strategy) {
        if (!site_.catalogue.contains(strategy)) return strategy;
        used_.insert(strategy);
        return fmt::format("[{}]", strategy);
    }

    std::string proof(const std::string& strategy) {
        const bool has_anchor =
            site_.evidence.find(fmt::format("id=\"{}\"", strategy)) != std::string::npos;
        const bool has_heading =
            site_.evidence.find(fmt::format("# {}\n", strategy)) != std::string::npos;
        return has_anchor || has_heading ? fmt::format("[proof](evidence.md#{})", strategy) : "";
    }

    static std::string throughput(const line& it) {
        if (it.throughput.empty()) return "n/a";
        if (!it.has_interval()) return significant(it.middle / 1e6);
        return fmt::format("{} [{}, {}]", significant(it.middle / 1e6),
                           significant(it.range.low / 1e6), significant(it.range.high / 1e6));
    }

    static std::string nanoseconds(const line& it) {
        const double* measured = it.find("ns_per_increment");
        return measured == nullptr ? "n/a" : significant(*measured);
    }

    template <class Format>
    static std::string optional(const line& it, std::string_view counter, Format format) {
        const double* value = it.find(counter);
        return value == nullptr ? "n/a" : format(*value);
    }

    static std::string notes(const line& it) {
        std::string result;
        const auto add = [&](std::string_view note) {
            if (!result.empty()) result += "; ";
            result += note;
        };
        switch (it.stands) {
            case standing::ranked:
            case standing::unranked: break;
            case standing::few:
                add(fmt::format("not ranked: {} repetition{}, {} are the fewest", it.repetitions,
                                it.repetitions == 1 ? "" : "s", kit::fewest_for_interval));
                break;
            case standing::model: add("not ranked: a model of an interpreter's lock"); break;
            case standing::unchecked: add("not ranked: its count is not checked"); break;
            case standing::control:
                add("not ranked: a control, right here, wrong elsewhere");
                break;
            case standing::wrong:
                add(it.lost < 0
                        ? fmt::format("**wrong: counted {} too many**", grouped(-it.lost))
                        : fmt::format(
                              "**lost {}{}**", grouped(it.lost),
                              it.made > 0 ? fmt::format(" ({})", percent(it.lost / it.made)) : ""));
                break;
            case standing::failed: add("**no figure**"); break;
        }
        if (!it.error.empty() && it.lost == 0) add(kit::verbatim(it.error));
        // Only where rows of a run differ in it.
        if (it.find(half_width_counter) != nullptr) {
            add(fmt::format("{} repetitions{}", it.repetitions, it.settled ? "" : ", not settled"));
        }
        if (it.dirty != 0) add(fmt::format("{} of {} disturbed", it.dirty, it.repetitions));
        if (!it.note.empty()) add(kit::cell(it.note));
        return result;
    }

    // A table that does not rank: medians of the counters as they are.
    void plain(const table& of, std::span<const std::string_view> columns) {
        std::set<std::string> all;
        for (const auto& [count, lines] : of.by_count) {
            for (const line& each : lines) {
                for (const auto& [counter, value] : each.medians)
                    all.insert(counter);
            }
        }
        std::vector<std::string> counters(all.begin(), all.end());
        if (!columns.empty()) counters.assign(columns.begin(), columns.end());
        say("| strategy | waiting |{}", of.scale.empty() ? "" : fmt::format(" {} |", of.scale));
        for (const std::string& counter : counters)
            say(" {} |", kit::verbatim(counter));
        say(" notes |\n| --- | --- |{}", of.scale.empty() ? "" : " ---: |");
        for (std::size_t i = 0; i != counters.size(); ++i)
            say(" ---: |");
        say(" --- |\n");
        for (const auto& [count, lines] : of.by_count) {
            for (const line& each : lines) {
                say("| {} | {} |{}", linked(each.strategy), each.waiting,
                    of.scale.empty() ? "" : fmt::format(" {} |", count));
                for (const std::string& counter : counters) {
                    say(" {} |", optional(each, counter, [&](double value) {
                            return counter.ends_with("_ns") ? duration(value) : significant(value);
                        }));
                }
                say(" {} |\n", notes(each));
            }
        }
        say("\n");
    }

    void definitions() {
        for (const std::string& strategy : used_) {
            say("[{}]: {}\n", strategy,
                site_.link(site_.repository / site_.catalogue.at(strategy).relative, site_.out));
        }
    }

    const site& site_;
    std::string text_;
    std::set<std::string> used_;
};

}  // namespace

std::string make_page(const site& of) { return writer(of).page(); }

}  // namespace tally::results
