// SPDX-License-Identifier: MIT
#include "results/publish/gil/page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "kit/statistics.hpp"
#include "results/publish/gil/figures.hpp"
#include "results/publish/gil/numbers.hpp"
#include "results/publish/gil/sentences.hpp"

namespace tally::results::gil {
namespace {

// How often the rows of these names, taken together, lost updates.
std::string lost_cell(const findings& run, const std::vector<std::string>& row_names) {
    unsigned runs = 0;
    unsigned lossy = 0;
    double most = 0;
    for (const auto& name : row_names) {
        runs += run.runs(name);
        lossy += run.lossy_runs(name);
        most = std::max(most, lost_share(run, name).value_or(0));
    }
    if (runs == 0) return "–";
    if (lossy == 0) return fmt::format("exact, {} of {}", runs, runs);
    return fmt::format("lost in {} of {}, up to {:.0f} %", lossy, runs, 100 * most);
}

// A figure with its 95 % interval, where it was measured more than once.
std::string with_interval(const std::vector<double>& values, std::string (*shown)(double)) {
    std::string text = shown(kit::median(values));
    if (values.size() < 2) return text;
    const kit::interval range = kit::bootstrap_interval(values);
    return text + fmt::format(" [{}, {}]", shown(range.low), shown(range.high));
}

std::string protects(const findings& run) {
    std::string text = "## What it protects\n\n" + on_losses(run);
    text +=
        "\n![Updates lost by interpreter](gil-protects.svg)\n\n"
        "An increment is a load, an addition and a store, in byte codes of their own. What decides "
        "is whether the lock may be dropped after a byte code between the load and the store. "
        "CPython 2 may drop it after any; 3.2 to 3.9 after most; since 3.10 only calls and "
        "backward jumps look (`ceval.c`), and a plain `+=` has none in between. The lock protects "
        "the interpreter's own data, always; the program's, by chance.\n\n"
        "| interpreter | `num += 1`, 5 × 10,000 | `num += 1`, 5 × 1,000,000 | the same, switching "
        "as often as possible | `num += int(1)` | with a lock, both lengths |\n"
        "| --- | --- | --- | --- | --- | --- |\n";
    std::vector<std::string> everybody = run.interpreters();
    for (const char* model : {"model-cpython-2", "model-cpython-3.2", "model-cpython-3.10",
                              "model-fair-io", "model-free-threaded", "model-no-lock"})
        everybody.emplace_back(model);
    for (const auto& who : everybody) {
        if (run.runs(counting(who, "plain", 10'000)) == 0) continue;
        text += fmt::format(
            "| {} | {} | {} | {} | {} | {} |\n", who,
            lost_cell(run, {counting(who, "plain", 10'000)}),
            lost_cell(run, {counting(who, "plain", 1'000'000)}),
            lost_cell(run, {counting(who, "plain/shortest", 1'000'000)}),
            lost_cell(run, {counting(who, "call", 1'000'000)}),
            lost_cell(run, {counting(who, "locked", 10'000), counting(who, "locked", 1'000'000)}));
    }
    text += "\n" + on_agreement(run) +
            " That the models may lose updates, and which schedule does it, is decided by the "
            "checker, not sampled: `tally-check interpreted`.\n\n";
    return text;
}

std::string comparison(const findings& run) {
    std::string text =
        "### The model against the real one\n\n"
        "Each generation's lock is also a lock of this suite (`locks/interpreter/`), under a tiny "
        "interpreter whose byte codes cost what the real one's do. Same programs, same run. In "
        "brackets, of what was measured more than once: the 95 % bootstrap interval of the "
        "median.\n\n"
        "| figure | real | model | model / real |\n| --- | --- | --- | --- |\n";
    for (const figure& one : compared(run)) {
        std::string quotient = times(one.ratio());
        if (one.real.size() > 1 && one.model.size() > 1) {
            const kit::interval range = kit::bootstrap_ratio(one.model, one.real);
            quotient += fmt::format(" [{}, {}]", times(range.low), times(range.high));
        }
        text += fmt::format("| {} | {} | {} | {}{} |\n", one.what,
                            with_interval(one.real, one.shown), with_interval(one.model, one.shown),
                            quotient, one.near() ? "" : " (outside)");
    }
    const std::string sentence = on_models(run);
    if (sentence.empty()) return text + "\n";
    text += "\n" + sentence + "\n\n";
    const std::string how = on_measuring_models(run);
    if (!how.empty()) text += how + "\n\n";
    return text;
}

std::string costs(const findings& run) {
    return "## What it costs\n\n" + on_costs(run) +
           "\n![Throughput by threads, and response time by switch interval](gil-costs.svg)\n\n" +
           comparison(run);
}

std::string replaces(const findings& run) {
    std::string text = "## What replaces it\n\n" + on_replacement(run);
    text +=
        "\n![Increments per second by the work between them](gil-replaces.svg)\n\n"
        "| byte codes of the thread's own between two increments | global lock, 2 threads | lock "
        "in "
        "each object, 2 threads | ratio |\n| --- | --- | --- | --- |\n";
    for (const object_locks& at : object_locks_of(run))
        text += fmt::format("| {} | {:.2f} M/s | {:.2f} M/s | {:.2f} |\n", at.local,
                            at.with_global_lock / 1e6, at.with_object_locks / 1e6, at.ratio());
    return text + "\n";
}

}  // namespace

std::string page(const findings& run, const std::string& source) {
    std::string text =
        "# The global interpreter lock: what it protects, what it costs, what replaces it\n\n"
        "The most widely run lock in the world guards an interpreter. People believe two things of "
        "it: that it makes `num += 1` safe, and that threads under it are useless. The first is "
        "wrong, and the second is half of the truth.\n\n";
    text += fmt::format(
        "Every figure here is a median (losses: the worst) of the rows of one run, in `{}`, and "
        "every sentence is chosen by its figure: the page is generated by `tally-publish`, and a "
        "test fails when it is not what the run says. `cmake --workflow --preset interpreters` "
        "measures anew.\n\n",
        source);
    text += protects(run) + costs(run) + replaces(run);
    text +=
        "## How\n\n"
        "- The real programs are in `bench/interpreters/programs/`: five threads start together, "
        "the number is read after the last has ended. The interpreters are those found in `PATH` "
        "and in the folders of version managers.\n"
        "- The models are `counters/interpreted.hpp` with a lock of `locks/interpreter/` on "
        "`native<park>`, without spinning before it sleeps. What a byte code costs is taken from "
        "the newest real interpreter of the "
        "generation, at the start of the same run; the lock's own cost and behaviour are not "
        "fitted.\n"
        "- Response time is measured from outside, by the same client for both: a byte into a "
        "pipe, "
        "a byte back; the client rests longer than an interval between two questions, so that the "
        "answering thread is waiting again. No thread is pinned.\n"
        "- Two throughputs are compared only within one process: how fast an interpreter is "
        "differs from one process to the next. Where a row says `cpus:apart` or `cpus:together`, "
        "its threads were pinned; elsewhere they go where the system puts them.\n"
        "- A count is repeated until it has cost a few seconds; the longest are measured less "
        "often.\n"
        "- Sources: Beazley 2009, \"Inside the Python GIL\"; Pitrou 2009, \"Reworking the GIL\"; "
        "Beazley 2010, \"Understanding the Python GIL\"; Gross 2023, PEP 703; CPython, `ceval.c`, "
        "`ceval_gil.h`, `lock.c`.\n";
    const auto wrong = run.wrong();
    if (!wrong.empty()) {
        text += "\n**In this run:**\n\n";
        for (const auto& one : wrong)
            text += "- " + one + "\n";
    }
    return text;
}

}  // namespace tally::results::gil
