// SPDX-License-Identifier: MIT
// tally-publish: from raw runs to tables, a CSV, charts and the answer at the top of the README;
// and from the newest stored judgement of each kind to its page (detectors, crashes, interpreters).
//
// Exit codes: 0 published; 1 published, but a run or a chart is missing (or, with --check, what is
// published is stale, or of a run that is gone); 2 bad input, nothing written. `compare`: 0 no row
// became slower or wrong; 1 one did; 2 bad input.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kit/command_line.hpp"
#include "kit/format.hpp"
#include "kit/program.hpp"
#include "results/publish/atomic_files.hpp"
#include "results/publish/compare.hpp"
#include "results/publish/left_over.hpp"
#include "results/publish/publication.hpp"

namespace {

namespace fs = std::filesystem;
using namespace tally::results;

constexpr int published = 0;
constexpr int incomplete = 1;
constexpr int bad_input = 2;

void complain(const std::string& line) {
    tally::kit::complain("tally-publish: {}\n", tally::kit::shown(line));
}

int check(const publication& made) {
    int stale = 0;
    for (const auto& [file, text] : made.files) {
        std::ifstream in(file, std::ios::binary);
        const std::string there{std::istreambuf_iterator<char>(in), {}};
        if (there == text) continue;
        complain(file.string() + ": does not match the raw runs: ./run.sh publish makes it again");
        ++stale;
    }
    return stale == 0 ? published : incomplete;
}

int publish(publish_request wanted, bool only_check, bool quiet) {
    if (!fs::is_directory(wanted.repository / "locks")) {
        complain(
            fmt::format("{} is not the repository (it has no folder locks/): run this there, "
                        "or name it with --repository",
                        wanted.repository.string()));
        return bad_input;
    }
    wanted.draw = !only_check;
    const runs_read read = read_runs(wanted.results / "runs");
    for (const std::string& bad : read.bad)
        complain(bad);
    for (const std::string& nothing : read.none)
        complain(nothing);
    for (const run& each : read.runs)
        if (!each.remark.empty()) complain(each.remark);
    const publication made = make_publication(wanted, read.runs);
    for (const std::string& complaint : made.complaints)
        complain(complaint);
    // A run that cannot be read may be the one that a page is of.
    const auto left = read.bad.empty() ? left_over(wanted, made) : std::vector<fs::path>{};
    for (const fs::path& file : left)
        complain(file.string() +
                 ": is left over from a run that was removed: delete it, or restore the run");
    if (made.files.empty()) {
        if (!read.bad.empty() || !made.complaints.empty()) return incomplete;
        if (only_check) return left.empty() ? published : incomplete;
        complain(fmt::format("there is no run in {}: ./run.sh bench measures one",
                             (wanted.results / "runs").string()));
        return bad_input;
    }
    if (only_check) {
        const int as_published = check(made);
        return made.complaints.empty() && left.empty() ? as_published : incomplete;
    }

    atomic_files files;
    for (const auto& [file, text] : made.files)
        files.add(file, text);
    for (const auto& [file, text] : made.charts)
        files.add(file, text);
    files.commit();
    if (!quiet) {
        if (!made.summary.empty()) tally::kit::print("{}\n", made.summary);
        for (const auto& [file, text] : made.files)
            tally::kit::print("published {}\n", file.string());
        for (const auto& [file, text] : made.charts)
            tally::kit::print("published {}\n", file.string());
    }
    return read.bad.empty() && made.complaints.empty() ? published : incomplete;
}

int compare_runs(const std::string& before, const std::string& after, double tolerance_percent) {
    const auto read = [](const std::string& folder) {
        if (!fs::is_directory(folder)) {
            throw bad_run(folder +
                          ": is not a folder; name a run, as results/runs/<machine>/<run>");
        }
        // Canonical, so that a name that ends in a slash still has its folder's name.
        return read_run(fs::canonical(folder));
    };
    try {
        const run old_run = read(before);
        const run new_run = read(after);
        for (const run* each : {&old_run, &new_run})
            if (!each->remark.empty()) complain(each->remark);
        if (old_run.machine != new_run.machine) {
            complain(fmt::format("{} and {} are two machines: only runs of one can be compared",
                                 old_run.machine, new_run.machine));
            return bad_input;
        }
        const comparison found = compare(old_run, new_run, tolerance_percent / 100);
        if (found.rows.empty()) {
            complain("the two runs have no row in common");
            return bad_input;
        }
        constexpr const char* words[]{"", "slower", "faster", "WRONG COUNT"};
        std::size_t changed[4]{};
        for (const compared_row& each : found.rows) {
            ++changed[static_cast<std::size_t>(each.verdict)];
            if (each.verdict == change::none) continue;
            tally::kit::print("{:<12} x {:.3f} [{:.3f}, {:.3f}]  {}\n",
                              words[static_cast<std::size_t>(each.verdict)], each.ratio,
                              each.range.low, each.range.high, each.name);
        }
        const auto uncompared = std::count_if(found.rows.begin(), found.rows.end(),
                                              [](const auto& each) { return !each.has_range; });
        if (uncompared != 0) {
            tally::kit::print(
                "{} rows were compared by their counts alone: {} repetitions are the fewest for "
                "an\ninterval, and each must have made an increment\n",
                uncompared, tally::kit::fewest_for_interval);
        }
        if (found.drift_known) {
            tally::kit::print(
                "All rows together: x {:.3f}. That is the machine's drift, or a change to all of "
                "the code:\ntwo runs cannot tell which. Beside it 19 of 20 rows changed by less "
                "than x {:.2f}, so a\nrow must have changed by x {:.2f} to be told from chance.\n",
                found.drift, std::exp(found.spread), std::exp(far_out * found.spread));
        } else {
            tally::kit::print(
                "Fewer than {} rows in common say nothing about the machine's drift: the tolerance "
                "alone\ndecides.\n",
                fewest_for_drift);
        }
        tally::kit::print(
            "{} slower, {} faster, {} wrong, {} not changed by more than {} %; {} rows in one "
            "run only\n",
            changed[1], changed[2], changed[3], changed[0], tolerance_percent,
            found.only_in_one.size());
        return changed[1] + changed[3] == 0 ? published : incomplete;
    } catch (const bad_run& error) {
        complain(error.what());
        return bad_input;
    }
}

int program(int argc, char** argv) {
    tally::kit::command_line line(
        "tally-publish", "Makes tables, a CSV and charts from the raw runs; measures nothing.");
    std::string repository = ".";
    std::string results;
    bool only_check = false;
    bool quiet = false;
    line.option("--repository", tally::kit::text(repository, "FOLDER"), "root of the sources");
    line.option("--results", tally::kit::text(results, "FOLDER"),
                "holds runs/, and what is made is written there (default: results/ there, and then "
                "README.md and docs/ are filled too)");
    line.flag("--check", only_check, "write nothing; fail if what is published is stale");
    line.flag("--quiet", quiet, "print nothing but errors");
    line.end_with(
        "Exit codes: 0 published; 1 published, but a run or a chart is missing (with --check: "
        "what is published is stale, or of a run that is gone); 2 bad input, nothing written.");
    std::string before;
    std::string after;
    double tolerance = 15;
    auto& comparing = line.verb(
        "compare", "compare two runs of one machine: exit 1 if a row became slower or wrong");
    comparing.word("before", tally::kit::text(before, "FOLDER"), "a run's folder");
    comparing.word("after", tally::kit::text(after, "FOLDER"), "a later run's folder");
    comparing.option(
        "--tolerance", tally::kit::number(tolerance, 0, 99, "PERCENT"),
        "machines drift by this much between runs; a smaller difference is not a change");
    comparing.end_with("Exit codes: 0 no row became slower or wrong; 1 one did; 2 bad input.");
    if (!line.parse(argc, argv)) return 0;

    try {
        if (comparing.chosen()) return compare_runs(before, after, tolerance);
        const fs::path root(repository);
        publish_request wanted{.repository = root, .results = root / "results", .filled = {}};
        if (results.empty()) {
            wanted.filled = {root / "README.md", root / "docs/method.md"};
            wanted.docs = root / "docs";
        } else {
            wanted.results = results;
        }
        // "results", not "./results": these names are printed for a person to open.
        wanted.results = wanted.results.lexically_normal();
        wanted.docs = wanted.docs.lexically_normal();
        for (fs::path& page : wanted.filled)
            page = page.lexically_normal();
        return publish(std::move(wanted), only_check, quiet);
    } catch (const tally::kit::cannot_write& error) {
        complain(error.what());
        return bad_input;
    } catch (const std::exception& error) {
        complain(error.what());
        return incomplete;
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-publish", program, argc, argv);
}
