// SPDX-License-Identifier: MIT
#include "results/publish/workload_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include "kit/markdown.hpp"
#include "kit/statistics.hpp"
#include "results/publish/figures.hpp"
#include "results/publish/leaders.hpp"
#include "results/publish/workloads.hpp"

namespace tally::results {
namespace {

std::string singular(std::string_view scale) {
    if (scale == "processes") return "process";
    return std::string(scale.substr(0, scale.size() - 1));
}

std::string counted(unsigned count, std::string_view scale) {
    return fmt::format("{} {}", count, count == 1 ? singular(scale) : std::string(scale));
}

class writer {
public:
    writer(const site& of, const std::string& machine, const std::string& workload)
        : site_(of),
          machine_(machine),
          workload_(workload),
          folder_((of.out / workload_page(machine, workload)).parent_path()),
          evidence_(site::link(of.out / "evidence.md", folder_)) {}

    std::string page() {
        say("{}", made_by_publish);
        bool first = true;
        for (const table& each : site_.tables.at(machine_)) {
            if (each.workload != workload_) continue;
            const machine_facts facts = describe(*each.source);
            if (first) heading(facts);
            show(each, facts.cpus, first);
            first = false;
        }
        definitions();
        return std::move(text_);
    }

private:
    template <class... Values>
    void say(fmt::format_string<Values...> format, Values&&... values) {
        text_ += fmt::format(format, std::forward<Values>(values)...);
    }

    void heading(const machine_facts& facts) {
        say("# {}: {}\n\n", workload_, facts.title);
        const workload_text& text = about(workload_);
        if (!text.meaning.empty()) say("{}\n\n", text.meaning);
        say("What ranks, columns and intervals are, and how the runs were made: "
            "[all results]({}#{}).\n\n",
            site::link(site_.out / "README.md", folder_), machine_);
    }

    void show(const table& of, unsigned cpus, bool first) {
        if (!of.parameters.empty()) say("## {}, {}\n\n", of.workload, of.parameters);
        if (of.parameters.find("data:apart") != std::string::npos) {
            say("The counter has a cache line of its own here. In all other rows it lies "
                "directly behind its lock, in the lock's line where that has room.\n\n");
        }
        if (!is_ranked(of)) {
            plain(of, about(workload_).columns);
            return;
        }
        say("{}", leaders(of));
        for (const auto& [count, lines] : of.by_count)
            ranking(of, count, lines, first && count == cpus);
    }

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
                         [&](double ns) { return kit::verbatim(wait(ns, each.p99_floor())); }),
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
        return has_anchor || has_heading ? fmt::format("[proof]({}#{})", evidence_, strategy) : "";
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
                site::link(site_.repository / site_.catalogue.at(strategy).relative, folder_));
        }
    }

    const site& site_;
    const std::string& machine_;
    const std::string& workload_;
    const std::filesystem::path folder_;
    const std::string evidence_;  // a link
    std::string text_;
    std::set<std::string> used_;
};

}  // namespace

std::string make_workload_page(const site& of, const std::string& machine,
                               const std::string& workload) {
    return writer(of, machine, workload).page();
}

}  // namespace tally::results
