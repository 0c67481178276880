#include "results/publish/publication.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "results/publish/chart.hpp"
#include "results/publish/csv.hpp"
#include "results/publish/findings.hpp"
#include "results/publish/page.hpp"
#include "results/publish/region.hpp"
#include "results/publish/site.hpp"
#include "results/publish/terminal.hpp"
#include "runs/glossary.hpp"

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
        fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} |\n", each.name, each.unit,
                       each.meaning);
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

}  // namespace

publication make_publication(const publish_request& wanted, const std::vector<run>& runs) {
    publication result;
    site all{.repository = wanted.repository,
             .out = wanted.results,
             .catalogue = read_catalogue(wanted.repository),
             .tables = make_tables(runs),
             .runs = {},
             .charts = {},
             .evidence = text_of(wanted.results / "evidence.md").value_or("")};

    for (const run& each : runs)
        all.runs[each.machine].push_back(each.name);

    std::map<std::string, findings> found;
    for (const auto& [machine, tables] : all.tables) {
        findings it;
        if (!find(all, machine, it)) continue;
        const fs::path chart = fs::path("charts") / (machine + ".svg");
        all.charts[machine] = chart.generic_string();
        if (wanted.draw) {
            try {
                result.charts[wanted.results / chart] = draw_chart(it);
            } catch (const cannot_draw& error) {
                result.complaints.push_back(
                    fmt::format("{}: {}", (wanted.results / chart).string(), error.what()));
            }
        }
        found.emplace(machine, std::move(it));
    }

    result.files[wanted.results / "README.md"] = make_page(all);
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
    return result;
}

}  // namespace tally::results
