// SPDX-License-Identifier: MIT
#include "results/publish/gil/sentences.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "kit/statistics.hpp"
#include "results/publish/gil/figures.hpp"
#include "results/publish/gil/numbers.hpp"

namespace tally::results::gil {
namespace {

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i != words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

// The interpreters that are not CPython: what their locks are, and what the programs lost.
std::string others(const findings& run) {
    std::string text;
    for (const auto& who : run.interpreters()) {
        const bool jython = who.starts_with("jython-");
        if (!jython && !who.starts_with("pypy-")) continue;
        double lost = 0;
        unsigned runs = 0;
        for (const char* variant : {"plain", "plain/shortest"})
            for (const unsigned increments : {10'000U, 1'000'000U}) {
                const std::string name = counting(who, variant, increments);
                runs += run.runs(name);
                lost = std::max(lost, lost_share(run, name).value_or(0));
            }
        if (runs == 0) continue;
        text += who;
        text += jython ? " has no global lock"
                       : " has one; it looks after every byte code while it interprets, but in "
                         "what it has compiled only where a loop comes round (`pyopcode.py`), so "
                         "it can lose updates at first and hardly later";
        text += fmt::format(": a plain `+=` lost up to {:.0f} % in {} runs.\n", 100 * lost, runs);
    }
    return text;
}

// The lock of CPython 2 on one CPU and on two: what the battle for it costs.
std::string battle(const findings& run, const std::string& old) {
    const auto apart = run.scaling(computing(old), 2, "apart");
    const auto together = run.scaling(computing(old), 2, "together");
    if (old.empty() || !apart || !together) return {};
    std::string text = fmt::format(
        "That depends on where the system puts the two: with a CPU for each it was {:.2f} times, "
        "with one CPU for both {:.2f} times",
        *apart, *together);
    const auto switched = [&](const char* where) {
        return run.median(computing_pair(old, where), "switches_per_second");
    };
    const auto two = switched("apart");
    const auto one = switched("together");
    if (two && one) {
        text += fmt::format("; they were switched {:.0f} and {:.0f} times a second", *two, *one);
        if (*two > 5 * *one && *apart < *together)
            text +=
                ". Each release wakes a sleeper on another CPU, who mostly finds the lock taken "
                "again";
    }
    return text + ".\n";
}

// On how many CPUs the system ran the two threads of each, where it was left to it.
std::string where_the_system_put_them(const findings& run) {
    std::string text;
    for (const auto& [real, model] : pairs(run)) {
        const auto used = [&](const std::string& who) {
            return run.median(computing_pair(who, "any"), "cpus_used");
        };
        const auto by_real = used(real);
        const auto by_model = used(model);
        if (by_real && by_model)
            text += fmt::format("{}{:.2f} and {:.2f} CPUs under {} and its model",
                                text.empty() ? "" : ", ", *by_real, *by_model, real);
    }
    return text;
}

}  // namespace

std::string on_losses(const findings& run) {
    std::string text;
    std::vector<std::string> losing;
    std::vector<std::string> exact;
    split_by_plain(run, losing, exact);
    if (!losing.empty())
        text += fmt::format(
            "It does not make `num += 1` safe: five threads that add 1,000,000 each lost up to "
            "{:.0f} % of the number under {}.\n",
            100 * most_lost(run, losing, "plain"), listed(losing));
    if (!exact.empty()) {
        const double with_call = most_lost(run, exact, "call");
        text += fmt::format("The same program lost nothing under {}.\n", listed(exact));
        if (with_call > 0)
            text += fmt::format(
                "That is an accident of where those versions look: with `num += int(1)` instead, "
                "which does the same and has a call in it, they lost up to {:.0f} %.\n",
                100 * with_call);
    }
    text += others(run);
    unsigned locked_runs = 0;
    unsigned locked_lossy = 0;
    for (const auto& who : run.interpreters())
        for (const unsigned increments : {10'000U, 1'000'000U}) {
            locked_runs += run.runs(counting(who, "locked", increments));
            locked_lossy += run.lossy_runs(counting(who, "locked", increments));
        }
    if (locked_runs != 0)
        text += locked_lossy == 0
                    ? fmt::format(
                          "With a `threading.Lock` around the increment the number was "
                          "exact in all {} runs of all interpreters.\n",
                          locked_runs)
                    : fmt::format(
                          "**With a `threading.Lock` around the increment {} of {} runs "
                          "were wrong.**\n",
                          locked_lossy, locked_runs);
    return text;
}

std::string on_agreement(const findings& run) {
    const agreement agreed = agreement_of(run);
    std::string text = fmt::format(
        "Of {} cases (interpreter and program, 5 × 1,000,000) {} did what their byte codes allow "
        "and nothing else.",
        agreed.agreeing + agreed.lost_and_must_not.size() + agreed.may_lose_and_did_not.size(),
        agreed.agreeing);
    if (!agreed.may_lose_and_did_not.empty())
        text += fmt::format(
            " These may lose updates and did not in this run: {}. That is chance: the switch has "
            "to "
            "fall between the load and the store.",
            listed(agreed.may_lose_and_did_not));
    if (!agreed.lost_and_must_not.empty())
        text += fmt::format(" **These lost updates that they must not lose: {}.**",
                            listed(agreed.lost_and_must_not));
    return text;
}

std::string on_costs(const findings& run) {
    std::string text;
    const std::string recent = newest_recent(run);
    const std::string old = newest_old(run);
    if (const auto ratio = run.scaling(computing(recent), 2); !recent.empty() && ratio)
        text += fmt::format(
            "Threads that only compute {}: two of them got {:.2f} times the work of one done under "
            "{}, and four {:.2f} times; ideal is as many times as there are CPUs for them.\n",
            *ratio < 1.2 ? "gain nothing" : "gain", *ratio, recent,
            run.scaling(computing(recent), 4).value_or(0));
    if (const auto ratio = run.scaling(computing(old), 2); !old.empty() && ratio)
        text += fmt::format("Under {}, which lets go every 100 byte codes, it was {:.2f} times.\n",
                            old, *ratio);
    text += battle(run, old);
    if (!recent.empty()) {
        const auto at_5 = run.median(asking(recent, 5000), "response_p50_ns");
        const auto at_05 = run.median(asking(recent, 500), "response_p50_ns");
        const auto at_005 = run.median(asking(recent, 50), "response_p50_ns");
        const auto alone =
            run.median("interpreter/io/" + recent + "/computing:0", "response_p50_ns");
        if (at_5 && at_05 && at_005 && alone)
            text += fmt::format(
                "A thread that waits on a pipe and answers took {} for half of its answers when it "
                "was alone, and {} beside one thread that computes{}. At an interval of 0.5 ms it "
                "took {}, at 50 µs {}.\n",
                duration(*alone), duration(*at_5),
                *at_5 > 4e6 ? ": it is the convoy, a whole switch interval (5 ms) for each answer"
                            : "",
                duration(*at_05), duration(*at_005));
    }
    const auto increment = [&](const char* program) {
        return run.median("interpreter/speed/" + recent + "/" + program + "/threads:1",
                          "ns_per_increment");
    };
    if (const auto plain = increment("plain"), locked = increment("locked"); plain && locked)
        text += fmt::format("An increment costs {} in {}, and {} with its lock.\n",
                            duration(*plain), recent, duration(*locked));
    const auto ensure = run.median("interpreter/embedded/ensure_release", "real_time");
    const auto save = run.median("interpreter/embedded/save_restore", "real_time");
    if (ensure && save)
        text += fmt::format(
            "Taken from C++ through libpython with nobody else there, `PyGILState_Ensure` and "
            "`Release` cost {} a pair, `PyEval_SaveThread` and `RestoreThread` {}.\n",
            duration(*ensure), duration(*save));
    const std::string beside =
        "interpreter/embedded/restore_beside_computing/interval_us/5000/iterations:40/manual_time";
    if (const auto waited = run.median(beside, "real_time"))
        text += fmt::format(
            "Beside a Python thread that computes, C++ that has let the lock go gets it back after "
            "{}.\n",
            duration(*waited));
    return text;
}

std::string on_models(const findings& run) {
    unsigned within = 0;
    unsigned compared_ones = 0;
    std::vector<std::string> outside;
    bool placement_explains = true;
    for (const figure& one : compared(run)) {
        if (!one.required) continue;
        ++compared_ones;
        if (one.near()) {
            ++within;
        } else {
            outside.push_back(one.what);
            placement_explains = placement_explains && one.left_to_system;
        }
    }
    if (compared_ones == 0) return "";
    std::string text = fmt::format(
        "{} of {} figures (throughput, and response time at 5 ms and 0.5 ms) are within "
        "{:.0f} % of the real interpreter's.",
        within, compared_ones, 100 * tolerance);
    if (!outside.empty()) text += " Outside: " + listed(outside) + ".";
    const std::string used = where_the_system_put_them(run);
    if (!outside.empty() && placement_explains && !used.empty())
        text += fmt::format(
            " All that are outside are left to the system's placement of the threads, which is "
            "not the lock's: it ran the two threads on {}. With their CPUs given, the figures are "
            "within.",
            used);
    return text;
}

std::string on_measuring_models(const findings& run) {
    const std::string recent = newest_recent(run);
    const auto pairs_measured = run.runs(computing_pair(recent, "any"));
    const auto foreign = run.values(computing_pair(recent, "any"), "foreign_load");
    if (pairs_measured != 0 && !foreign.empty())
        return fmt::format(
            "A ratio of throughputs is the median of {} pairs: one thread and two, back to back in "
            "one process, the order turned over each time; the interpreter and its model "
            "alternate. Meanwhile other programs kept {:.2f} CPUs busy (median){}.",
            pairs_measured, kit::median(foreign),
            kit::median(foreign) > 0.1
                ? ": the machine was not quiet, and the intervals are as wide as that made them"
                : "");
    return "";
}

std::string on_replacement(const findings& run) {
    std::string text;
    const auto measured = object_locks_of(run);
    if (const auto overtakes = overtaking(measured))
        text += fmt::format(
            "A lock in each object instead of one around the interpreter (PEP 703) lets threads "
            "compute at once. In the models, two threads that add to one variable inside its lock "
            "overtake the global lock from {} byte codes of their own between two additions.\n",
            *overtakes);
    else if (!measured.empty())
        text +=
            "A lock in each object instead of one around the interpreter (PEP 703) lets threads "
            "compute at once; in this run's models it did not overtake the global lock for good.\n";
    const auto cpu = run.scaling(computing(model_of_object_locks), 2);
    if (cpu)
        text += fmt::format(
            "Threads that only compute do {:.2f} times the work with two under it.\n", *cpu);
    if (const auto share = lost_share(run, counting(model_of_object_locks, "plain", 1'000'000));
        share && *share > 0)
        text += fmt::format(
            "It protects the program no more than before: plain `num += 1` lost up to {:.0f} % in "
            "the model.\n",
            100 * *share);
    const auto urgent = run.median(asking("model-fair-io", 5000), "response_p50_ns");
    const auto convoy = run.median(asking(model_of_global_lock, 5000), "response_p50_ns");
    if (urgent && convoy)
        text += fmt::format(
            "The convoy has a smaller answer, which no CPython has shipped: serve the thread that "
            "comes back from I/O first. In the model half of the answers then take {} instead of "
            "{}.\n",
            duration(*urgent), duration(*convoy));
    return text;
}

}  // namespace tally::results::gil
