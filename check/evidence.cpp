// SPDX-License-Identifier: MIT
#include "check/evidence.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "kit/markdown.hpp"

namespace tally::check {

namespace {

using kit::cell;

struct order_counts {
    std::size_t all = 0;
    std::size_t caught = 0;
    std::size_t explained = 0;
};

order_counts count(const subject_report& report) {
    order_counts counted{.all = report.orders.size()};
    for (const auto& order : report.orders) {
        if (!order.caught_by.empty())
            ++counted.caught;
        else if (!order.reason.empty())
            ++counted.explained;
    }
    return counted;
}

std::uint64_t executions_of(const subject_report& report) {
    std::uint64_t all = 0;
    for (const auto& d : report.decisions)
        all += d.executions;
    return all;
}

// "**kind**: what", where `what` does not begin with the kind already.
std::string told(const finding& found) {
    const std::string again = found.kind + ": ";
    const std::string what =
        found.what.rfind(again, 0) == 0 ? found.what.substr(again.size()) : found.what;
    return fmt::format("**{}**: {}", found.kind, kit::cell(what));
}

// How many executions a search by time gets through is the machine's affair.
std::string counted(std::uint64_t number, bool complete) {
    return complete ? std::to_string(number) : "";
}

std::string verdict_of(const subject_report& report) {
    if (!report.broke_off.empty()) return kit::cell(report.broke_off);
    for (const auto& d : report.decisions)
        if (!d.found.empty()) return told(d.found.front());
    if (!report.decided()) return "no verdict";
    if (report.complete()) return "holds, complete";
    return "holds, bounded";
}

std::string orders_of(const subject_report& report) {
    if (!report.audited) return "";
    const auto counted = count(report);
    if (counted.all == 0) return "none asked for";
    std::string text = fmt::format("{} of {}", counted.caught, counted.all);
    if (counted.explained != 0) text += fmt::format(", {} explained", counted.explained);
    const auto open = counted.all - counted.caught - counted.explained;
    if (open != 0) text += fmt::format(", **{} unexplained**", open);
    return text;
}

// What Markdown's readers make of the heading that is the name: no dots.
std::string anchor_of(std::string name) {
    name.erase(std::remove(name.begin(), name.end(), '.'), name.end());
    return name;
}

void add_section(std::string& page, const subject_report& report) {
    page += fmt::format("\n### {}\n\n[`{}`](../{})\n\n", report.name, report.file, report.file);
    page +=
        "| claim | threads x rounds | verdict | executions | graphs | given up |\n"
        "| --- | --- | --- | ---: | ---: | ---: |\n";
    for (const auto& d : report.decisions) {
        const bool whole = d.complete || !d.found.empty();
        std::string verdict =
            d.found.empty() ? "holds, " + kit::cell(d.verdict) : told(d.found.front());
        if (!d.decided()) verdict = "no verdict: no execution came to an end";
        page += fmt::format("| {} | {} x {} | {} | {} | {} | {} |\n", d.sentence, d.threads,
                            d.rounds, verdict, counted(d.executions, whole),
                            counted(d.graphs, whole), counted(d.blocked, whole));
    }
    if (!report.not_claimed.empty()) {
        page += "\nNot claimed, and so not tried:";
        for (const auto& sentence : report.not_claimed)
            page += fmt::format("{} {}", &sentence == &report.not_claimed.front() ? "" : ";",
                                kit::cell(sentence));
        page += ".\n";
    }
    for (const auto& each : report.files)
        if (each.file != report.file)
            page += fmt::format(
                "\nOrders that stand in `{}`: {}{}.\n", each.file, each.accesses,
                each.subject.empty()
                    ? ""
                    : fmt::format(", audited as [{}](#{})", each.subject, anchor_of(each.subject)));
    if (report.orders.empty()) return;
    page += "\n| access | order | weakened to | verdict |\n| --- | --- | --- | --- |\n";
    for (const auto& order : report.orders) {
        std::string verdict = "caught: " + kit::cell(order.caught_by);
        if (order.caught_by.empty()) verdict = kit::cell(told_of_survivor(order));
        page +=
            fmt::format("| `{}` {} | {} | {} | {} |\n", order.what.by.place(), order.what.operation,
                        to_string(order.what.from), to_string(order.what.by.to), verdict);
    }
}

}  // namespace

std::string told_of_survivor(const weakened_order& order) {
    const std::string reason = order.reason.empty() ? "unexplained" : order.reason;
    if (!order.complete) return "SURVIVES (bounded: a search did not end): " + reason;
    return fmt::format("SURVIVES at {}{}: {}", order.survived_at,
                       order.open_at.empty() ? "" : "; not decided at " + order.open_at, reason);
}

std::string evidence_page(const std::vector<subject_report>& reports) {
    std::string page =
        "# The evidence\n\n"
        "Generated by `./run.sh check`; do not edit. Every interleaving and every outcome that "
        "the\n"
        "C++20 memory model allows (load buffering left aside, see\n"
        "[checked-machine.md](../docs/checked-machine.md)) of small programs over each lock and\n"
        "counter. *Orders shown necessary*: each memory order weakened by one step, and how many\n"
        "of these weakened locks fail a claim. What survives is stronger than these claims need "
        "at\nthe sizes that it names, with fewer or as many threads and rounds, and its file says "
        "why it\nstays; a larger program may need it yet. A library's locks are not here: their "
        "code is not "
        "written\n"
        "against a machine. Who else notices a weakened order, ThreadSanitizer or a stress run, "
        "is\n"
        "in [detectors.md](detectors.md).\n\n"
        "| subject | family | verdict | executions | orders shown necessary |\n"
        "| --- | --- | --- | ---: | --- |\n";
    const auto is_specimen = [](const subject_report& r) { return r.kind == "specimen"; };
    for (const auto& report : reports)
        if (!is_specimen(report))
            page +=
                fmt::format("| [{}](#{}) | {} | {} | {} | {} |\n", report.name,
                            anchor_of(report.name), report.family, verdict_of(report),
                            counted(executions_of(report), report.complete() || report.failed()),
                            orders_of(report));

    if (std::any_of(reports.begin(), reports.end(), is_specimen)) {
        page +=
            "\n## Broken specimens\n\n"
            "Locks that are wrong on purpose, and a few that are right and known to be accused\n"
            "falsely. The run fails if one that the checker must catch is not caught, or a "
            "right\none is accused.\n\n"
            "| specimen | what it breaks | the checker | program | executions |\n"
            "| --- | --- | --- | --- | ---: |\n";
        for (const auto& report : reports) {
            if (!is_specimen(report)) continue;
            std::string program;
            for (const auto& d : report.decisions)
                if (!d.found.empty() && program.empty())
                    program = fmt::format("{}, {} x {}", d.sentence, d.threads, d.rounds);
            std::string verdict = verdict_of(report);
            if (report.must_be_caught && !report.failed()) verdict += " (**missed**)";
            if (report.must_not_be_caught && report.failed()) verdict += " (**accused falsely**)";
            page += fmt::format("| [{}](../{}) | {} | {} | {} | {} |\n", report.name, report.file,
                                report.breaks, verdict, program, executions_of(report));
        }
    }

    page += "\n## Claim by claim\n";
    for (const auto& report : reports)
        if (!is_specimen(report)) add_section(page, report);
    return page;
}

}  // namespace tally::check
