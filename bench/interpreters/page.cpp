#include "bench/interpreters/page.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "kit/child.hpp"
#include "kit/statistics.hpp"

namespace tally::interpreters {

namespace {

constexpr double tolerance = 0.25;  // of a model, against the interpreter that it models

std::string duration(double nanoseconds) {
    if (nanoseconds < 1e3) return fmt::format("{:.0f} ns", nanoseconds);
    if (nanoseconds < 1e5) return fmt::format("{:.1f} µs", nanoseconds / 1e3);
    if (nanoseconds < 1e6) return fmt::format("{:.0f} µs", nanoseconds / 1e3);
    return fmt::format("{:.2f} ms", nanoseconds / 1e6);
}

std::string times(double ratio) { return fmt::format("{:.2f}", ratio); }
std::string whole(double number) { return fmt::format("{:.0f}", number); }

std::string counting(const std::string& who, const std::string& variant, unsigned increments) {
    return fmt::format("interpreter/counter/{}/{}/threads:5/increments:{}", who, variant,
                       increments);
}

// The largest share of a row's increments that was lost in one run.
std::optional<double> lost_share(const findings& run, const std::string& row_name) {
    const auto lost = run.largest(row_name, "lost");
    const auto expected = run.median(row_name, "expected");
    if (!lost || !expected) return std::nullopt;
    return *lost / *expected;
}

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

std::string asking(const std::string& who, unsigned interval_us) {
    return fmt::format("interpreter/io/{}/interval_us:{}/computing:1", who, interval_us);
}

// The newest CPython with a global lock whose version is in [from, to].
std::string newest(const findings& run, generation from, generation to) {
    std::string found;
    for (const auto& name : run.interpreters()) {
        const generation is = generation_of(name);
        const auto order = [](generation g) { return g.major * 1000 + g.minor; };
        const bool free_threaded = name.ends_with("t");
        if (is.major != 0 && !free_threaded && order(from) <= order(is) && order(is) <= order(to))
            found = name;
    }
    return found;
}

struct modelled {
    std::string real;
    std::string model;
};

std::vector<modelled> pairs(const findings& run) {
    std::vector<modelled> result;
    const modelled all[] = {{newest(run, {2, 0}, {2, 7}), "model-cpython-2"},
                            {newest(run, {3, 2}, {3, 9}), "model-cpython-3.2"},
                            {newest(run, {3, 10}, {3, 999}), "model-cpython-3.10"}};
    for (const auto& one : all)
        if (!one.real.empty()) result.push_back(one);
    return result;
}

// What the byte codes of a version allow: see counters/interpreter/generations.hpp.
bool may_lose(generation of, const std::string& program) {
    if (program == "locked") return false;
    if (of.major >= 3 && of.minor >= 10) return program == "call";
    return true;
}

// Does each interpreter do what its generation allows, and was what it allows seen?
struct agreement {
    std::vector<std::string> lost_and_must_not;
    std::vector<std::string> may_lose_and_did_not;
    unsigned agreeing = 0;
};

agreement agreement_of(const findings& run) {
    agreement result;
    for (const auto& who : run.interpreters()) {
        const generation is = generation_of(who);
        if (is.major == 0 || who.ends_with("t")) continue;
        for (const std::string program : {"plain", "call", "locked"}) {
            const std::string name = counting(who, program, 1'000'000);
            if (run.runs(name) == 0) continue;
            const bool lost = run.lossy_runs(name) != 0;
            if (lost && !may_lose(is, program))
                result.lost_and_must_not.push_back(fmt::format("{} {}", who, program));
            else if (!lost && may_lose(is, program))
                result.may_lose_and_did_not.push_back(fmt::format("{} {}", who, program));
            else
                ++result.agreeing;
        }
    }
    return result;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i != words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

// The CPythons whose plain += lost in some run of 5 x 1,000,000, and those where it never did.
void split_by_plain(const findings& run, std::vector<std::string>& losing,
                    std::vector<std::string>& exact) {
    for (const auto& who : run.interpreters()) {
        const std::string name = counting(who, "plain", 1'000'000);
        if (generation_of(who).major == 0 || run.runs(name) == 0) continue;
        (run.lossy_runs(name) != 0 ? losing : exact).push_back(who);
    }
}

double most_lost(const findings& run, const std::vector<std::string>& among,
                 const std::string& variant) {
    double most = 0;
    for (const auto& who : among)
        most = std::max(most, lost_share(run, counting(who, variant, 1'000'000)).value_or(0));
    return most;
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

std::string protects(const findings& run) {
    std::string text = "## What it protects\n\n";
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
    const agreement agreed = agreement_of(run);
    text += fmt::format(
        "\nOf {} cases (interpreter and program, 5 × 1,000,000) {} did what their byte codes allow "
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
    text +=
        " That the models may lose updates, and which schedule does it, is decided by the checker, "
        "not sampled: `tally-check interpreted`.\n\n";
    return text;
}

std::string computing(const std::string& who) { return "interpreter/cpu/" + who; }

std::string computing_pair(const std::string& who, std::string_view where) {
    return computing(who) + "/threads:2" + (where == "any" ? "" : "/cpus:" + std::string(where));
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

// A figure with its 95 % interval, where it was measured more than once.
std::string with_interval(const std::vector<double>& values, std::string (*shown)(double)) {
    std::string text = shown(kit::median(values));
    if (values.size() < 2) return text;
    const kit::interval range = kit::bootstrap_interval(values);
    return text + fmt::format(" [{}, {}]", shown(range.low), shown(range.high));
}

// What is compared of a model and the interpreter that it models.
struct figure {
    std::string what;
    std::vector<double> real;
    std::vector<double> model;
    std::string (*shown)(double);
    bool required;                // within the tolerance; the others are there to be read
    bool left_to_system = false;  // the placement of the threads, which decides it, is not ours

    double ratio() const { return kit::median(model) / kit::median(real); }
    bool near() const { return std::abs(ratio() - 1) <= tolerance; }
};

std::string placed(std::string_view where) {
    if (where == "apart") return ", a CPU for each";
    if (where == "together") return ", one CPU for both";
    return "";
}

std::vector<figure> figures_of(const findings& run) {
    std::vector<figure> all;
    const auto add = [&](figure one) {
        if (!one.real.empty() && !one.model.empty() && kit::median(one.real) > 0)
            all.push_back(std::move(one));
    };
    for (const auto& [real, model] : pairs(run)) {
        for (const std::string_view where : {"any", "apart", "together"})
            add({.what =
                     "throughput of 2 threads over 1" + std::string(placed(where)) + ": " + real,
                 .real = run.speed_ups(computing(real), 2, where),
                 .model = run.speed_ups(computing(model), 2, where),
                 .shown = times,
                 .required = true,
                 .left_to_system = where == "any"});
        for (const std::string_view where : {"apart", "together"})
            add({.what = "context switches a second" + std::string(placed(where)) + ": " + real,
                 .real = run.values(computing_pair(real, where), "switches_per_second"),
                 .model = run.values(computing_pair(model, where), "switches_per_second"),
                 .shown = whole,
                 .required = false});
        for (const unsigned interval : {5000U, 500U, 50U})
            add({.what = fmt::format("response p50 at {} ms: {}", interval / 1000.0, real),
                 .real = run.values(asking(real, interval), "response_p50_ns"),
                 .model = run.values(asking(model, interval), "response_p50_ns"),
                 .shown = duration,
                 .required = interval >= 500});
    }
    return all;
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

std::string comparison(const findings& run) {
    std::string text =
        "### The model against the real one\n\n"
        "Each generation's lock is also a lock of this suite (`locks/interpreter/`), under a tiny "
        "interpreter whose byte codes cost what the real one's do. Same programs, same run. In "
        "brackets, of what was measured more than once: the 95 % bootstrap interval of the "
        "median.\n\n"
        "| figure | real | model | model / real |\n| --- | --- | --- | --- |\n";
    unsigned within = 0;
    unsigned compared = 0;
    std::vector<std::string> outside;
    bool placement_explains = true;
    for (const figure& one : figures_of(run)) {
        if (one.required) {
            ++compared;
            if (one.near()) {
                ++within;
            } else {
                outside.push_back(one.what);
                placement_explains = placement_explains && one.left_to_system;
            }
        }
        std::string quotient = times(one.ratio());
        if (one.real.size() > 1 && one.model.size() > 1) {
            const kit::interval range = kit::bootstrap_ratio(one.model, one.real);
            quotient += fmt::format(" [{}, {}]", times(range.low), times(range.high));
        }
        text += fmt::format("| {} | {} | {} | {}{} |\n", one.what,
                            with_interval(one.real, one.shown), with_interval(one.model, one.shown),
                            quotient, one.near() ? "" : " (outside)");
    }
    if (compared == 0) return text + "\n";
    text += fmt::format(
        "\n{} of {} figures (throughput, and response time at 5 ms and 0.5 ms) are within "
        "{:.0f} % of the real interpreter's.",
        within, compared, 100 * tolerance);
    if (!outside.empty()) text += " Outside: " + listed(outside) + ".";
    const std::string used = where_the_system_put_them(run);
    if (!outside.empty() && placement_explains && !used.empty())
        text += fmt::format(
            " All that are outside are left to the system's placement of the threads, which is "
            "not the lock's: it ran the two threads on {}. With their CPUs given, the figures are "
            "within.",
            used);
    text += "\n\n";
    const std::string recent = newest(run, {3, 10}, {3, 999});
    const auto pairs_measured = run.runs(computing_pair(recent, "any"));
    const auto foreign = run.values(computing_pair(recent, "any"), "foreign_load");
    if (pairs_measured != 0 && !foreign.empty())
        text += fmt::format(
            "A ratio of throughputs is the median of {} pairs: one thread and two, back to back in "
            "one process, the order turned over each time; the interpreter and its model "
            "alternate. Meanwhile other programs kept {:.2f} CPUs busy (median){}.\n\n",
            pairs_measured, kit::median(foreign),
            kit::median(foreign) > 0.1
                ? ": the machine was not quiet, and the intervals are as wide as that made them"
                : "");
    return text;
}

std::string costs(const findings& run) {
    std::string text = "## What it costs\n\n";
    const std::string recent = newest(run, {3, 10}, {3, 999});
    const std::string old = newest(run, {2, 0}, {2, 7});
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
    text += "\n![Throughput by threads, and response time by switch interval](gil-costs.svg)\n\n";

    return text + comparison(run);
}

std::string mixed(const std::string& who, unsigned local, unsigned threads) {
    return fmt::format("interpreter/mixed/{}/local:{}/threads:{}", who, local, threads);
}

constexpr unsigned locals[] = {0, 10, 100, 1000};

std::string replaces(const findings& run) {
    std::string text = "## What replaces it\n\n";
    const std::string gil = "model-cpython-3.10";
    const std::string objects = "model-free-threaded";
    constexpr unsigned never = ~0U;
    unsigned overtakes = never;  // from so many byte codes on
    std::string figures;
    for (const unsigned local : locals) {
        const auto with_gil = run.median(mixed(gil, local, 2), "increments_per_second");
        const auto with_objects = run.median(mixed(objects, local, 2), "increments_per_second");
        if (!with_gil || !with_objects) continue;
        const double ratio = *with_objects / *with_gil;
        if (ratio > 1.05 && overtakes == never) overtakes = local;
        if (ratio <= 1.05) overtakes = never;
        figures += fmt::format("| {} | {:.2f} M/s | {:.2f} M/s | {:.2f} |\n", local,
                               *with_gil / 1e6, *with_objects / 1e6, ratio);
    }
    if (overtakes != never)
        text += fmt::format(
            "A lock in each object instead of one around the interpreter (PEP 703) lets threads "
            "compute at once. In the models, two threads that add to one variable inside its lock "
            "overtake the global lock from {} byte codes of their own between two additions.\n",
            overtakes);
    else if (!figures.empty())
        text +=
            "A lock in each object instead of one around the interpreter (PEP 703) lets threads "
            "compute at once; in this run's models it did not overtake the global lock for good.\n";
    const auto cpu = run.scaling(computing(objects), 2);
    if (cpu)
        text += fmt::format(
            "Threads that only compute do {:.2f} times the work with two under it.\n", *cpu);
    if (const auto share = lost_share(run, counting(objects, "plain", 1'000'000));
        share && *share > 0)
        text += fmt::format(
            "It protects the program no more than before: plain `num += 1` lost up to {:.0f} % in "
            "the model.\n",
            100 * *share);
    const auto urgent = run.median(asking("model-fair-io", 5000), "response_p50_ns");
    const auto convoy = run.median(asking(gil, 5000), "response_p50_ns");
    if (urgent && convoy)
        text += fmt::format(
            "The convoy has a smaller answer, which no CPython has shipped: serve the thread that "
            "comes back from I/O first. In the model half of the answers then take {} instead of "
            "{}.\n",
            duration(*urgent), duration(*convoy));
    text +=
        "\n![Increments per second by the work between them](gil-replaces.svg)\n\n"
        "| byte codes of the thread's own between two increments | global lock, 2 threads | lock "
        "in "
        "each object, 2 threads | ratio |\n| --- | --- | --- | --- |\n" +
        figures + "\n";
    return text;
}

// Okabe & Ito 2008: told apart without colour vision too.
constexpr const char* blue = "#0072b2";
constexpr const char* orange = "#d55e00";
constexpr const char* green = "#009e73";
constexpr const char* purple = "#cc79a7";
constexpr const char* grey = "#808080";

std::string terminal(unsigned width, unsigned height) {
    return fmt::format(
        "set terminal svg size {},{} font 'sans-serif,13' background '#ffffff'\n"
        "set border 3 lc rgb '#606060'\nset tics nomirror out\nset grid y lc rgb '#e0e0e0'\n"
        "set xlabel offset 0,0.5\n",
        width, height);
}

std::string short_name(const std::string& name) {
    std::string text = name;
    if (text.starts_with("cpython-")) return text.substr(8);
    // Two lines: names stand side by side.
    if (const auto dash = text.find('-'); dash != std::string::npos) text.replace(dash, 1, "\\n");
    return text;
}

chart chart_of_losses(const findings& run) {
    std::string script = terminal(860, 400);
    script += "$data << EOD\n";
    for (const auto& who : run.interpreters()) {
        if (run.runs(counting(who, "plain", 1'000'000)) == 0) continue;
        const auto share = [&](const char* variant) {
            return 100 * lost_share(run, counting(who, variant, 1'000'000)).value_or(0);
        };
        script += fmt::format("\"{}\" {} {} {}\n", short_name(who), share("plain"), share("call"),
                              share("locked"));
    }
    script +=
        "EOD\nset title 'Updates lost by 5 threads × 1,000,000 increments, worst run'\n"
        "set style data histograms\nset style histogram clustered gap 1\n"
        "set style fill solid 1.0 border lc rgb 'white'\n"
        "set ylabel '% of the increments'\nset yrange [0:100]\nset xlabel 'interpreter (CPython, "
        "if not said)'\n"
        "set key below maxrows 1 reverse Left samplen 1\nset xtics scale 0 font ',11'\n";
    script += fmt::format(
        "plot $data using 2:xtic(1) title 'num += 1' lc rgb '{}', "
        "'' using 3 title 'num += int(1)' lc rgb '{}', "
        "'' using 4 title 'with lock: num += 1' lc rgb '{}'\n",
        orange, blue, green);
    return {"gil-protects.svg", script};
}

std::string block(const std::string& name, const std::string& lines) {
    return "$" + name + " << EOD\n" + lines + "EOD\n";
}

chart chart_of_costs(const findings& run) {
    std::string script = terminal(980, 460);
    std::string left;
    std::string right;
    unsigned count = 0;
    const auto add = [&](std::string& plots, const std::string& lines, const std::string& title,
                         const std::string& style) {
        if (lines.empty()) return;
        const std::string name = "d" + std::to_string(count++);
        script += block(name, lines);
        plots += (plots.empty() ? "plot " : ", ") + ("$" + name) + " using 1:2 with linespoints " +
                 style + " title '" + title + "'";
    };
    const auto speed_ups = [&](const std::string& who) {
        std::string lines;
        for (const unsigned threads : {2U, 4U})
            if (const auto ratio = run.scaling(computing(who), threads))
                lines += fmt::format("{} {}\n", threads, *ratio);
        return lines.empty() ? lines : "1 1\n" + lines;
    };
    const auto waits = [&](const std::string& who, const char* counter) {
        std::string lines;
        for (const unsigned interval : {50U, 500U, 5000U})
            if (const auto wait = run.median(asking(who, interval), counter))
                lines += fmt::format("{} {}\n", interval / 1000.0, *wait / 1e6);
        return lines;
    };
    const std::string recent = newest(run, {3, 10}, {3, 999});
    const std::string old = newest(run, {2, 0}, {2, 7});
    const auto style = [](const char* colour, int point, int dash = 1) {
        return fmt::format("lc rgb '{}' lw 2 pt {} ps 0.8 dt {}", colour, point, dash);
    };
    add(left, "1 1\n2 2\n", "ideal on 2 CPUs", style(grey, 0, 2));
    if (!recent.empty()) add(left, speed_ups(recent), recent, style(blue, 7));
    add(left, speed_ups("model-cpython-3.10"), "its model", style(blue, 6, 3));
    if (!old.empty()) add(left, speed_ups(old), old, style(orange, 5));
    add(left, speed_ups("model-cpython-2"), "its model", style(orange, 4, 3));
    add(left, speed_ups("model-free-threaded"), "model, no global lock", style(green, 9, 3));
    if (!recent.empty()) {
        add(right, waits(recent, "response_p50_ns"), recent + ", half of the answers",
            style(blue, 7));
        add(right, waits(recent, "response_p99_ns"), "99 of 100", style(purple, 13));
    }
    add(right, waits("model-cpython-3.10", "response_p50_ns"), "its model, half",
        style(blue, 6, 3));
    add(right, waits("model-fair-io", "response_p50_ns"), "model, I/O served first, half",
        style(green, 9, 3));
    script +=
        "set multiplot layout 1,2\n"
        "set title 'Work done by all, over one thread alone'\nset xlabel 'threads that compute'\n"
        "set xtics (1,2,4)\nset xrange [0.8:4.2]\nset yrange [0:2.5]\n"
        "set xlabel offset 0,0\nset key below spacing 1.1 maxcols 2 reverse Left samplen 2\n" +
        left +
        "\nset title 'Time to an answer beside a thread that computes'\n"
        "set xlabel 'switch interval, ms'\nset ylabel 'ms'\nset logscale xy\nset autoscale x\n"
        "set xrange [0.03:10]\nset yrange [0.005:*]\nset xtics (0.05,0.5,5)\n"
        "set format y '%g'\n" +
        right + "\nunset multiplot\n";
    return {"gil-costs.svg", script};
}

chart chart_of_mixed(const findings& run) {
    std::string script = terminal(860, 400);
    std::string plots;
    struct line {
        const char* who;
        const char* title;
        const char* colour;
        unsigned threads;
        int dash;
    };
    const line lines[] = {{"model-cpython-3.10", "global lock, 1 thread", blue, 1, 3},
                          {"model-cpython-3.10", "global lock, 2 threads", blue, 2, 1},
                          {"model-free-threaded", "lock in each object, 1 thread", green, 1, 3},
                          {"model-free-threaded", "lock in each object, 2 threads", green, 2, 1}};
    unsigned count = 0;
    for (const auto& [who, title, colour, threads, dash] : lines) {
        std::string data;
        for (const unsigned local : locals) {
            const auto rate = run.median(mixed(who, local, threads), "increments_per_second");
            const auto base = run.median(mixed(lines[0].who, local, 1), "increments_per_second");
            if (rate && base && *base > 0)
                data += fmt::format("{} {}\n", std::max(local, 1U), *rate / *base);
        }
        if (data.empty()) continue;
        const std::string name = "d" + std::to_string(count++);
        script += block(name, data);
        plots += fmt::format(
            "{}${} using 1:2 with linespoints lc rgb '{}' lw 2 pt 7 ps 0.7 dt {} "
            "title '{}'",
            plots.empty() ? "plot " : ", ", name, colour, dash, title);
    }
    script +=
        "set title 'Increments of one locked variable, over one thread under the global lock "
        "(models)'\n"
        "set xlabel 'byte codes of the thread’s own between two increments'\n"
        "set ylabel 'times'\nset logscale x\nset yrange [0:*]\n"
        "set xtics ('0' 1, '10' 10, '100' 100, '1000' 1000)\nset xrange [0.8:1500]\n"
        "set key below maxcols 2 reverse Left\n" +
        plots + "\n";
    return {"gil-replaces.svg", script};
}

}  // namespace

std::string page_text(const findings& run, const std::string& source) {
    std::string text =
        "# The global interpreter lock: what it protects, what it costs, what replaces it\n\n"
        "The most widely run lock in the world guards an interpreter. People believe two things of "
        "it: that it makes `num += 1` safe, and that threads under it are useless. The first is "
        "wrong, and the second is half of the truth.\n\n";
    text += fmt::format(
        "Every figure here is a median (losses: the worst) of the rows of one run, in `{}`, and "
        "every sentence is chosen by its figure: the page is generated by `tally-gil-page`, and a "
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

std::vector<chart> charts(const findings& run) {
    return {chart_of_losses(run), chart_of_costs(run), chart_of_mixed(run)};
}

std::string draw(const chart& what) {
    namespace fs = std::filesystem;
    std::string pattern = (fs::temp_directory_path() / "tally-gil-XXXXXX").string();
    const int file = mkstemp(pattern.data());
    if (file < 0) throw std::runtime_error("no temporary file can be made");
    close(file);
    std::ofstream(pattern) << what.script;
    // Found through PATH by env, so that its absence has a status of its own.
    const auto said = kit::run_child({"/usr/bin/env", "gnuplot", pattern},
                                     {.limit = std::chrono::seconds(30), .errors_apart = true});
    std::error_code ignored;
    fs::remove(pattern, ignored);
    if (said.status() == 127)
        throw std::runtime_error("gnuplot is not installed (Debian: gnuplot-nox)");
    if (said.status() != 0 || said.output.find("</svg>") == std::string::npos)
        throw std::runtime_error(what.file + ": gnuplot refused: " + kit::last_line(said.errors));
    return said.output;
}

}  // namespace tally::interpreters
