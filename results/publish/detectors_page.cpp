// SPDX-License-Identifier: MIT
#include "results/publish/detectors_page.hpp"

#include <fmt/core.h>

#include <string_view>
#include <vector>

#include "kit/markdown.hpp"
#include "kit/statistics.hpp"

namespace tally::results {
namespace {

using detectors::all_detectors;
using detectors::suspect;
using detectors::total;

std::string seconds(double s) {
    if (s < 0.001) return fmt::format("{:.0f} µs", s * 1e6);
    if (s < 1) return fmt::format("{:.3g} ms", s * 1e3);
    return fmt::format("{:.3g} s", s);
}

// Where a suspect's file is now. A stored run says where it was when the run was made, and folders
// are moved: specimens are known by their names, locks and counters have stayed where they were.
std::string link_to(const suspect& who, const std::string& root) {
    constexpr std::string_view once = "stress/broken/";
    if (who.file.starts_with(once)) return root + "/claims/broken/" + who.file.substr(once.size());
    return root + "/" + who.file;
}

// "3 · 0.4 s": caught in the third try, after 0.4 s.
std::string score(const suspect& who, const std::string& detector) {
    const auto said = who.by.find(detector);
    if (said == who.by.end()) return "n/a";
    if (!said->second.caught) return "–";
    return fmt::format("{} · {}", said->second.tries, seconds(said->second.seconds));
}

std::string head(std::initializer_list<const char*> first) {
    std::string names = "|";
    std::string rule = "|";
    for (const char* column : first) {
        names += fmt::format(" {} |", column);
        rule += " --- |";
    }
    for (const auto& detector : all_detectors) {
        names += fmt::format(" {} |", detector.title);
        rule += " --- |";
    }
    return names + "\n" + rule + "\n";
}

std::string scores(const suspect& who) {
    std::string text;
    for (const auto& detector : all_detectors)
        text += fmt::format(" {} |", score(who, detector.id));
    return text;
}

std::string share(unsigned part, unsigned whole) {
    if (whole == 0) return "n/a";
    return fmt::format("{} of {}", part, whole);
}

std::string percent(unsigned part, unsigned whole) {
    if (whole == 0) return "n/a";
    return fmt::format("{:.0f} %", 100.0 * part / whole);
}

// Of what it caught: how long until then.
std::string median_time(const std::vector<suspect>& suspects, const std::string& detector) {
    std::vector<double> times;
    for (const auto& who : suspects)
        if (who.broken && who.caught_by(detector)) times.push_back(who.by.at(detector).seconds);
    if (times.empty()) return "n/a";
    return seconds(kit::median(times));
}

void add_totals(std::string& page, const std::vector<suspect>& suspects) {
    page +=
        "| detector | weakened orders caught | broken specimens caught | recall | correct ones "
        "accused | median time to catch | a try is |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n";
    for (const auto& detector : all_detectors) {
        const auto orders = total(suspects, detector.id, "weakened");
        const auto specimens = total(suspects, detector.id, "specimen");
        const auto all = total(suspects, detector.id);
        page += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", detector.title,
                            share(orders.caught, orders.shown),
                            share(specimens.caught, specimens.shown),
                            percent(all.caught, all.shown), share(all.accused, all.correct),
                            median_time(suspects, detector.id), detector.how);
    }
}

bool missed_by_tsan(const suspect& who) {
    const bool shown = who.by.contains("tsan-gcc") || who.by.contains("tsan-clang");
    return shown && !who.caught_by("tsan-gcc") && !who.caught_by("tsan-clang");
}

// Why a sanitizer that watches for unordered accesses has nothing to report here.
std::string why_missed(const suspect& who) {
    if (!who.why_missed.empty()) return kit::cell(who.why_missed);
    using kind = model::failure_kind;
    const std::string by_chance = "a schedule or an outcome that did not come up in the tries";
    const auto found = who.by.at("exhaustive").kind;
    if (!found) return by_chance;
    switch (*found) {
        case kind::deadlock: return "it hangs: nothing is accessed out of order";
        case kind::refuted: return "a wrong outcome of accesses that are all atomic";
        case kind::uninitialised:
        case kind::use_after_free:
            return "an order of atomic stores that this hardware does not show";
        case kind::race:
        case kind::misuse: break;
    }
    return by_chance;
}

void add_missed(std::string& page, const std::vector<suspect>& suspects) {
    std::string rows;
    unsigned caught_by_stress = 0;
    unsigned missed = 0;
    for (const auto& who : suspects) {
        if (!who.broken || !missed_by_tsan(who) || !who.caught_by("exhaustive")) continue;
        ++missed;
        caught_by_stress += who.caught_by("stress") ? 1 : 0;
        rows += fmt::format(
            "| {} | {} | {} | {} |\n", who.name(), kit::cell(who.by.at("exhaustive").what),
            who.caught_by("stress") ? who.by.at("stress").what : "–", why_missed(who));
    }
    if (missed == 0) return;
    page += fmt::format(
        "\n## What ThreadSanitizer did not see and the checker did\n\n"
        "{} suspects; the plain stress run caught {} of them.\n\n"
        "| suspect | what the checker found | stress | why no report |\n"
        "| --- | --- | --- | --- |\n",
        missed, caught_by_stress);
    page += rows;
}

void add_orders(std::string& page, const std::vector<suspect>& suspects, const std::string& root) {
    page += "\n## Weakened orders\n\n" + head({"access", "weakened"});
    for (const auto& who : suspects)
        if (who.weakened)
            page += fmt::format("| [`{}`]({}) {} | {} → {}{} |{}\n", who.weakened->by.place(),
                                link_to(who, root), who.weakened->operation,
                                to_string(who.weakened->from), to_string(who.weakened->by.to),
                                who.broken ? "" : " (needless: correct)", scores(who));
}

void add_specimens(std::string& page, const std::vector<suspect>& suspects,
                   const std::string& root) {
    page += "\n## Broken specimens\n\n" + head({"specimen", "what it breaks"});
    for (const auto& who : suspects)
        if (who.kind == "specimen" && who.broken)
            page += fmt::format("| [{}]({}) | {} |{}\n", who.subject, link_to(who, root),
                                who.breaks, scores(who));
}

void add_correct(std::string& page, const std::vector<suspect>& suspects, const std::string& root) {
    page +=
        "\n## Correct ones\n\nThe locks and counters of the catalogue, and specimens that are "
        "correct and known to be\naccused falsely. Who was accused, by whom:\n\n";
    unsigned accused = 0;
    for (const auto& who : suspects) {
        if (who.broken || who.kind == "weakened") continue;
        for (const auto& detector : all_detectors) {
            if (!who.caught_by(detector.id)) continue;
            ++accused;
            page += fmt::format("- [{}]({}) by {}: {}. {}\n", who.subject, link_to(who, root),
                                detector.title, who.by.at(detector.id).what, who.why_missed);
        }
    }
    if (accused == 0) page += "- nobody.\n";
}

}  // namespace

std::string detectors_page(const detectors::scoreboard& board, const std::string& named,
                           const std::string& root) {
    const auto& suspects = board.suspects;
    std::string page =
        "# Who notices: the scoreboard of detectors\n\n"
        "Each memory order of each lock weakened by one step, and locks that are broken on "
        "purpose, are shown\nto each detector; and so are correct locks, to see who accuses them "
        "falsely. A cell says in which try\nit was caught (of the checker: after how many "
        "executions) and after what time; “–” was not caught,\n“n/a” cannot be shown to that "
        "detector.\n\n";
    page += fmt::format(
        "A try of a detector that runs threads is one run of all claims, with {} ms for each claim "
        "in the first\ntry, twice that in the second, and so on, {} tries at most; {} s without a "
        "step are a hang. A wrong\ncount or a hang under ThreadSanitizer is not its merit: only a "
        "report is. A weakened order is broken\nif the exhaustive search refutes it: that its "
        "recall there is whole is no more than that, and what\nit says of specimens is its "
        "own.\n\n",
        board.how.budget_ms, board.how.tries, board.how.patience_s);
    page += fmt::format("Generated by `tally-publish` from `{}`, made on {}.\n\n", named,
                        board.made_on.text());
    add_totals(page, suspects);
    add_missed(page, suspects);
    add_orders(page, suspects, root);
    add_specimens(page, suspects, root);
    add_correct(page, suspects, root);
    return page;
}

}  // namespace tally::results
