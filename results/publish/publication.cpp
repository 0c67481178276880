// SPDX-License-Identifier: MIT
#include "results/publish/publication.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <tuple>

#include "detectors/scoreboard.hpp"
#include "results/publish/chart.hpp"
#include "results/publish/crash_page.hpp"
#include "results/publish/csv.hpp"
#include "results/publish/detectors_page.hpp"
#include "results/publish/findings.hpp"
#include "results/publish/front_page.hpp"
#include "results/publish/gil/charts.hpp"
#include "results/publish/gil/page.hpp"
#include "results/publish/gnuplot.hpp"
#include "results/publish/region.hpp"
#include "results/publish/site.hpp"
#include "results/publish/terminal.hpp"
#include "results/publish/workload_page.hpp"
#include "runs/glossary.hpp"
#include "stress/process/crash_matrix.hpp"

namespace tally::results {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return {};
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

// The definitions of all counters, from where they are computed.
std::string figures_table() {
    std::string text = "| counter | unit | meaning |\n| --- | --- | --- |\n";
    for (const runs::figure_info& each : runs::figures) {
        text += fmt::format("| `{}` | {} | {} |\n", each.name, each.unit, each.meaning);
    }
    return text;
}

// The machine of the newest run that has a chart.
std::string newest_machine(const std::map<std::string, findings>& found) {
    std::string result;
    for (const auto& [machine, it] : found) {
        if (result.empty() || it.of->source->name > found.at(result).of->source->name) {
            result = machine;
        }
    }
    return result;
}

std::string answer(const findings& of, const fs::path& chart) {
    return fmt::format("![{}]({})\n\n{}\n", of.title(), chart.generic_string(), of.sentence());
}

// The newest run that holds a file of this name: runs/<machine>/<date>-<revision>/<name>. Empty if
// there is none.
fs::path newest_stored(const fs::path& runs, const char* name) {
    fs::path newest;
    std::error_code error;
    for (const auto& machine : fs::directory_iterator(runs, error)) {
        for (const auto& run : fs::directory_iterator(machine.path(), error)) {
            const fs::path file = run.path() / name;
            std::error_code none;
            if (fs::is_regular_file(file, none) &&
                (newest.empty() || newest.parent_path().filename() < run.path().filename()))
                newest = file;
        }
    }
    return newest;
}

void add_drawn(const fs::path& file, const std::string& script, bool draws, publication& to) {
    to.expected.insert(file);
    if (!draws) return;
    try {
        to.charts[file] = draw(script);
    } catch (const cannot_draw& error) {
        to.complaints.push_back(fmt::format("{}: {}", file.string(), error.what()));
    }
}

// The pages of the programs that judge: what each of them stored last.
void add_judgements(const publish_request& wanted, publication& to) {
    const fs::path runs = wanted.results / "runs";
    const auto add = [&](const char* name, const fs::path& page, const auto& make) {
        const fs::path file = newest_stored(runs, name);
        if (file.empty()) return;
        to.expected.insert(page);
        try {
            to.files[page] = make(file.string(), site::link(file, wanted.results));
        } catch (const std::exception& wrong) {
            to.complaints.emplace_back(wrong.what());
        }
    };
    add("detectors.json", wanted.results / "detectors.md",
        [&](const std::string& file, const std::string& named) {
            return detectors_page(detectors::read_scoreboard(file), named,
                                  site::link(wanted.repository, wanted.results));
        });
    add("crash.json", wanted.results / "crash.md",
        [&](const std::string& file, const std::string& named) {
            return crash_page(process_stress::read_crash_matrix(file), named);
        });
    if (wanted.docs.empty()) return;
    add("interpreters.json", wanted.docs / "gil.md",
        [&](const std::string& file, const std::string&) {
            const gil::findings found(file);
            for (const auto& chart : gil::charts(found))
                add_drawn(wanted.docs / chart.file, chart.script, wanted.draw, to);
            return gil::page(found, site::link(fs::path(file).parent_path(), wanted.repository));
        });
}

// The pages of what was measured.
void add_measurements(const publish_request& wanted, const std::vector<run>& runs,
                      publication& result) {
    site all{.repository = wanted.repository,
             .out = wanted.results,
             .catalogue = read_catalogue(wanted.repository),
             .tables = make_tables(runs),
             .runs = {},
             .charts = {},
             .answers = {},
             .judgements = {},
             .evidence = text_of(wanted.results / "evidence.md").value_or("")};

    for (const run& each : runs)
        all.runs[each.machine].push_back(each.name);
    for (const auto& [page, subject, name] :
         {std::tuple{wanted.results / "crash.md",
                     "What becomes of a lock when the process that holds it is killed",
                     "crash matrix"},
          {wanted.results / "detectors.md", "Which detector notices which bug", "scoreboard"},
          {wanted.docs / "gil.md",
           "What a global interpreter lock protects, what it costs, and what replaces it",
           "interpreters"}})
        if (result.expected.contains(page))
            all.judgements.push_back(
                fmt::format("{}: [{}]({})", subject, name, site::link(page, wanted.results)));

    std::map<std::string, findings> found;
    for (const auto& [machine, tables] : all.tables) {
        findings it;
        if (!find(all, machine, it)) continue;
        const fs::path chart = fs::path("charts") / (machine + ".svg");
        all.charts[machine] = chart.generic_string();
        all.answers[machine] = it.sentence();
        add_drawn(wanted.results / chart, chart_script(it), wanted.draw, result);
        found.emplace(machine, std::move(it));
    }

    result.files[wanted.results / "README.md"] = make_front_page(all);
    for (const auto& [machine, tables] : all.tables)
        for (const table& each : tables)
            if (auto& page = result.files[wanted.results / workload_page(machine, each.workload)];
                page.empty())
                page = make_workload_page(all, machine, each.workload);
    result.files[wanted.results / "increments.csv"] = make_csv(runs);

    const std::string shown = newest_machine(found);
    for (const fs::path& page : wanted.filled) {
        auto text = text_of(page);
        if (!text) {
            result.complaints.push_back(page.string() + ": cannot be opened");
            continue;
        }
        bool has_region = false;
        const auto fill = [&](std::string_view region, const std::string& contents) {
            if (auto filled = fill_region(*text, region, contents)) {
                text = std::move(filled);
                has_region = true;
            }
        };
        fill("figures", figures_table());
        if (!shown.empty()) {
            const fs::path chart = wanted.results / all.charts.at(shown);
            fill("answer", answer(found.at(shown), chart.lexically_relative(page.parent_path())));
        }
        if (has_region) {
            result.files[page] = *text;
        } else {
            result.complaints.push_back(page.string() +
                                        ": has no region <!-- tally:answer --> or "
                                        "<!-- tally:figures --> to fill");
        }
    }
    result.summary = make_summary(all);
}

}  // namespace

publication make_publication(const publish_request& wanted, const std::vector<run>& runs) {
    publication result;
    add_judgements(wanted, result);
    if (!runs.empty()) add_measurements(wanted, runs, result);
    for (const auto& [file, text] : result.files)
        result.expected.insert(file);
    return result;
}

}  // namespace tally::results
