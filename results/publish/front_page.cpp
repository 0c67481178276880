// SPDX-License-Identifier: MIT
#include "results/publish/front_page.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "kit/markdown.hpp"
#include "kit/statistics.hpp"
#include "results/publish/figures.hpp"
#include "results/publish/leaders.hpp"
#include "results/publish/workloads.hpp"

namespace tally::results {
namespace {

class writer {
public:
    explicit writer(const site& of) : site_(of) {}

    std::string page() {
        say("{}", made_by_publish);
        say("# What one safe increment costs\n\n");
        introduction();
        for (const auto& [machine, tables] : site_.tables)
            section(machine, tables);
        return std::move(text_);
    }

private:
    template <class... Values>
    void say(fmt::format_string<Values...> format, Values&&... values) {
        text_ += fmt::format(format, std::forward<Values>(values)...);
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
        for (const std::string& each : site_.judgements)
            say("{}.\n\n", each);
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
        if (const auto answer = site_.answers.find(machine); answer != site_.answers.end()) {
            say("{}\n\n", answer->second);
        }
        sources(machine, tables);
        std::string workload;
        for (const table& each : tables) {
            if (each.workload != workload) {
                workload = each.workload;
                say("### [{}]({})\n\n", workload,
                    workload_page(machine, workload).generic_string());
                if (const auto meaning = about(workload).meaning; !meaning.empty())
                    say("{}\n\n", meaning);
            }
            if (!is_ranked(each)) continue;
            if (!each.parameters.empty()) say("`{}`:\n\n", each.parameters);
            say("{}", leaders(each));
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

    const site& site_;
    std::string text_;
};

}  // namespace

std::string make_front_page(const site& of) { return writer(of).page(); }

}  // namespace tally::results
