// SPDX-License-Identifier: MIT
#include "results/publish/gil/figures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "kit/statistics.hpp"
#include "results/publish/gil/numbers.hpp"

namespace tally::results::gil {
namespace {

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

// What the byte codes of a version allow: see counters/interpreter/generations.hpp.
bool may_lose(generation of, const std::string& program) {
    if (program == "locked") return false;
    if (of.major >= 3 && of.minor >= 10) return program == "call";
    return true;
}

std::string placed(std::string_view where) {
    if (where == "apart") return ", a CPU for each";
    if (where == "together") return ", one CPU for both";
    return "";
}

}  // namespace

std::string counting(const std::string& who, const std::string& variant, unsigned increments) {
    return fmt::format("interpreter/counter/{}/{}/threads:5/increments:{}", who, variant,
                       increments);
}

std::string asking(const std::string& who, unsigned interval_us) {
    return fmt::format("interpreter/io/{}/interval_us:{}/computing:1", who, interval_us);
}

std::string computing(const std::string& who) { return "interpreter/cpu/" + who; }

std::string computing_pair(const std::string& who, std::string_view where) {
    return computing(who) + "/threads:2" + (where == "any" ? "" : "/cpus:" + std::string(where));
}

std::string mixed(const std::string& who, unsigned local, unsigned threads) {
    return fmt::format("interpreter/mixed/{}/local:{}/threads:{}", who, local, threads);
}

// The largest share of a row's increments that was lost in one run.
std::optional<double> lost_share(const findings& run, const std::string& row_name) {
    const auto lost = run.largest(row_name, "lost");
    const auto expected = run.median(row_name, "expected");
    if (!lost || !expected) return std::nullopt;
    return *lost / *expected;
}

std::string newest_recent(const findings& run) { return newest(run, {3, 10}, {3, 999}); }
std::string newest_old(const findings& run) { return newest(run, {2, 0}, {2, 7}); }

std::vector<modelled> pairs(const findings& run) {
    std::vector<modelled> result;
    const modelled all[] = {{newest(run, {2, 0}, {2, 7}), "model-cpython-2"},
                            {newest(run, {3, 2}, {3, 9}), "model-cpython-3.2"},
                            {newest(run, {3, 10}, {3, 999}), "model-cpython-3.10"}};
    for (const auto& one : all)
        if (!one.real.empty()) result.push_back(one);
    return result;
}

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

double figure::ratio() const { return kit::median(model) / kit::median(real); }
bool figure::near() const { return std::abs(ratio() - 1) <= tolerance; }

std::vector<figure> compared(const findings& run) {
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

std::vector<object_locks> object_locks_of(const findings& run) {
    std::vector<object_locks> all;
    for (const unsigned local : locals) {
        const auto global =
            run.median(mixed(model_of_global_lock, local, 2), "increments_per_second");
        const auto objects =
            run.median(mixed(model_of_object_locks, local, 2), "increments_per_second");
        if (global && objects) all.push_back({local, *global, *objects});
    }
    return all;
}

std::optional<unsigned> overtaking(const std::vector<object_locks>& measured) {
    std::optional<unsigned> from;
    for (const object_locks& at : measured) {
        if (at.ratio() <= 1.05)
            from.reset();
        else if (!from)
            from = at.local;
    }
    return from;
}

}  // namespace tally::results::gil
