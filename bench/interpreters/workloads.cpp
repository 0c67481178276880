// SPDX-License-Identifier: MIT
#include "bench/interpreters/workloads.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <set>

#include "bench/foreign_load.hpp"
#include "bench/interpreters/responses.hpp"
#include "machines/native.hpp"
#include "machines/native_team.hpp"

namespace tally::interpreters {

namespace {

constexpr unsigned counting_threads = 5;  // the classic program's

double per_second(std::uint64_t operations, double nanoseconds) {
    return nanoseconds > 0 ? static_cast<double>(operations) * 1e9 / nanoseconds : 0;
}

// A row of a program that counts: what came out, and what should have.
row counting_row(const std::string& name, unsigned threads, std::uint64_t increments,
                 const counted& result, fate expected_fate) {
    row one{.name = name, .workers = threads};
    if (!result.error.empty()) {
        one.error = result.error;
        return one;
    }
    const std::uint64_t expected = threads * increments;
    const double lost = static_cast<double>(expected) - static_cast<double>(result.number);
    one.real_ns = result.nanoseconds;
    one.cpu_ns = result.cpu_nanoseconds;
    one.figures = {{"final_number", static_cast<double>(result.number)},
                   {"expected", static_cast<double>(expected)},
                   {"lost", lost},
                   {"may_lose", expected_fate == fate::may_lose ? 1 : 0},
                   {"ns_per_increment", result.nanoseconds / static_cast<double>(expected)},
                   {"increments_per_second", per_second(expected, result.nanoseconds)},
                   {"threads_per_cpu", static_cast<double>(threads) / native_team::cpus()}};
    if (lost != 0 && expected_fate == fate::exact) one.label = "wrong";
    return one;
}

// CPU time of the children that have ended, nanoseconds.
std::uint64_t cpu_of_children() {
    rusage so_far{};
    getrusage(RUSAGE_CHILDREN, &so_far);
    const auto nanoseconds = [](const timeval& time) {
        return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
               static_cast<std::uint64_t>(time.tv_usec) * 1'000U;
    };
    return nanoseconds(so_far.ru_utime) + nanoseconds(so_far.ru_stime);
}

std::string with(const std::string& key, std::uint64_t value) {
    return "/" + key + ":" + std::to_string(value);
}

void add_counting(std::vector<one_case>& cases, const std::string& who, const effort& how) {
    struct variant {
        const char* program;
        bool shortest;
    };
    for (const variant what : {variant{"plain", false}, variant{"call", false},
                               variant{"plain", true}, variant{"locked", false}})
        for (const std::uint64_t increments : {10'000U, 1'000'000U}) {
            const bool is_long = increments > 10'000;
            // A contended threading.Lock costs microseconds an increment in some versions.
            const bool slow = std::string_view(what.program) == "locked" && is_long;
            if (how.quick && slow) continue;
            const std::string name = "interpreter/counter/" + who + "/" + what.program +
                                     (what.shortest ? "/shortest" : "") +
                                     with("threads", counting_threads) +
                                     with("increments", increments);
            cases.push_back(
                {name, how.repetitions, true, [=](subject& on) {
                     return std::vector{counting_row(
                         name, counting_threads, increments,
                         on.count(what.program, counting_threads, increments, what.shortest),
                         on.of(what.program))};
                 }});
        }
}

void add_speeds(std::vector<one_case>& cases, const std::string& who, unsigned repetitions) {
    for (const char* program : {"plain", "locked"})
        for (const unsigned threads : {1U, 2U, 4U}) {
            const std::uint64_t increments =
                std::string_view(program) == "locked" ? 100'000 : 400'000;
            const std::string name =
                "interpreter/speed/" + who + "/" + program + with("threads", threads);
            cases.push_back({name, repetitions, false, [=](subject& on) {
                                 return std::vector{
                                     counting_row(name, threads, increments,
                                                  on.count(program, threads, increments, false),
                                                  on.of(program))};
                             }});
        }
}

// Long enough for many switches (5 ms) and slices of the system's, short enough that a pair of
// windows is over before the machine has changed: some 20 to 60 ms
// alone.
constexpr std::uint64_t rounds_of_a_window = 1'000'000;

// One thread and several, the order turned over from pair to pair: a row for each pair.
std::vector<row> pairs_of(const std::string& name, unsigned threads, placement where,
                          unsigned pairs, subject& on) {
    task what{
        .program = "compute", .threads = {}, .increments = rounds_of_a_window, .where = where};
    for (unsigned pair = 0; pair != pairs; ++pair) {
        const bool alone_first = pair % 2 == 0;
        what.threads.push_back(alone_first ? 1 : threads);
        what.threads.push_back(alone_first ? threads : 1);
    }
    const row base{.name = name, .workers = threads};
    std::vector<row> rows;
    bench::foreign_load_meter load;
    load.start();
    const std::uint64_t begin = monotonic_ns();
    const std::uint64_t children = cpu_of_children();
    const auto results = on.run_in_turn(what);
    const auto foreign = load.busy_ns(cpu_of_children() - children);
    const auto took = static_cast<double>(monotonic_ns() - begin);
    if (!results.back().error.empty()) {
        rows.push_back(base);
        rows.back().error = results.back().error;
        return rows;
    }
    for (unsigned pair = 0; pair != pairs; ++pair) {
        const bool alone_first = pair % 2 == 0;
        const counted& alone = results[2 * pair + (alone_first ? 0 : 1)];
        const counted& all = results[2 * pair + (alone_first ? 1 : 0)];
        constexpr auto rounds = static_cast<double>(rounds_of_a_window);
        row one = base;
        one.real_ns = all.nanoseconds;
        one.cpu_ns = all.cpu_nanoseconds;
        one.figures = {
            {"speed_up", threads * alone.nanoseconds / all.nanoseconds},
            {"rounds_per_second", per_second(threads * rounds_of_a_window, all.nanoseconds)},
            {"ns_per_round", all.nanoseconds / (threads * rounds)},
            {"ns_per_round_alone", alone.nanoseconds / rounds},
            {"cpus_used", all.cpu_nanoseconds / all.nanoseconds},
            {"threads_per_cpu", static_cast<double>(threads) / native_team::cpus()}};
        if (all.switches >= 0)
            one.figures.emplace_back("switches_per_second", all.switches * 1e9 / all.nanoseconds);
        if (foreign) one.figures.emplace_back("foreign_load", *foreign / took);
        rows.push_back(std::move(one));
    }
    return rows;
}

void add_computing(std::vector<one_case>& cases, const subject& which, unsigned repetitions,
                   bool placed) {
    struct variant {
        unsigned threads;
        placement where;
        unsigned pairs;        // in each repetition
        unsigned repetitions;  // at most
    };
    constexpr unsigned all = ~0U;
    std::vector<variant> variants{{2, placement::anywhere, 3, all}, {4, placement::anywhere, 2, 3}};
    if (placed && which.can_be_placed() && native_team::cpus() >= 2)
        variants.insert(variants.begin() + 1,
                        {{2, placement::apart, 3, all}, {2, placement::together, 3, all}});
    for (const variant& what : variants) {
        const std::string name =
            "interpreter/cpu/" + which.name() + with("threads", what.threads) +
            (what.where == placement::anywhere ? ""
                                               : "/cpus:" + std::string(to_string(what.where)));
        cases.push_back({name, std::min(repetitions, what.repetitions), false, [=](subject& on) {
                             return pairs_of(name, what.threads, what.where, what.pairs, on);
                         }});
    }
}

row response_row(const std::string& name, unsigned computing, std::uint64_t interval,
                 unsigned questions, subject& on) {
    row one{.name = name, .workers = computing + 1};
    const responses result = on.respond(computing, interval, questions);
    one.error = result.error;
    std::uint64_t sum = 0;
    for (const auto wait : result.waits)
        sum += wait;
    if (result.waits.empty()) return one;
    one.real_ns = static_cast<double>(sum) / static_cast<double>(result.waits.size());
    one.figures = {{"response_p50_ns", static_cast<double>(quantile(result.waits, 0.5))},
                   {"response_p99_ns", static_cast<double>(quantile(result.waits, 0.99))},
                   {"response_max_ns", static_cast<double>(quantile(result.waits, 1.0))},
                   {"questions", static_cast<double>(result.waits.size())},
                   {"interval_ns", static_cast<double>(interval)},
                   {"computing", static_cast<double>(computing)}};
    return one;
}

void add_responses(std::vector<one_case>& cases, const std::string& who, bool has_interval,
                   unsigned repetitions) {
    struct interval_case {
        std::uint64_t interval;
        unsigned questions;
    };
    const std::vector<interval_case> intervals =
        has_interval ? std::vector<interval_case>{{5'000'000, 25}, {500'000, 50}, {50'000, 50}}
                     : std::vector<interval_case>{{0, 50}};
    for (const interval_case& each : intervals) {
        const auto interval = each.interval;
        const auto questions = each.questions;
        const std::string name = "interpreter/io/" + who +
                                 (has_interval ? with("interval_us", interval / 1000) : "") +
                                 with("computing", 1);
        cases.push_back({name, repetitions, false, [=](subject& on) {
                             return std::vector{response_row(name, 1, interval, questions, on)};
                         }});
    }
    const std::string alone = "interpreter/io/" + who + with("computing", 0);
    cases.push_back({alone, repetitions, false,
                     [=](subject& on) { return std::vector{response_row(alone, 0, 0, 50, on)}; }});
}

void add_mixed(std::vector<one_case>& cases, const std::string& who, unsigned repetitions) {
    for (const std::uint64_t local : {0U, 10U, 100U, 1000U})
        for (const unsigned threads : {1U, 2U, 4U}) {
            // About the same time for each, some tens of milliseconds.
            const std::uint64_t increments = 6'000'000 / (10 + local) / threads;
            const std::string name =
                "interpreter/mixed/" + who + with("local", local) + with("threads", threads);
            cases.push_back({name, repetitions, false, [=](subject& on) {
                                 counted result;
                                 on.mix(threads, increments, local, result);
                                 row one =
                                     counting_row(name, threads, increments, result, fate::exact);
                                 one.figures.emplace_back("local", static_cast<double>(local));
                                 return std::vector{one};
                             }});
        }
}

}  // namespace

std::vector<one_case> cases_for(const subject& which, const effort& with) {
    const unsigned costs = with.compared ? with.repetitions : std::min(with.repetitions, 2U);
    std::vector<one_case> cases;
    add_counting(cases, which.name(), with);
    add_speeds(cases, which.name(), std::min(costs, 3U));
    add_computing(cases, which, costs, with.compared && with.placed);
    add_responses(cases, which.name(), which.has_interval(), costs);
    if (which.is_model()) add_mixed(cases, which.name(), std::min(with.repetitions, 3U));
    return cases;
}

std::vector<turn> in_turn(const std::vector<std::vector<contender>>& groups) {
    std::vector<turn> order;
    // Cases of different subjects are the same if their names are, but for the subject's.
    const auto same = [](const subject& who, const one_case& what, const subject& other) {
        std::string name = what.name;
        return name.replace(name.find(who.name()), who.name().size(), other.name());
    };
    for (const auto& group : groups) {
        std::set<const one_case*> taken;
        for (const auto& [leader, cases] : group)
            for (const auto& what : *cases)
                for (const auto& [other, others] : group) {
                    const std::string wanted = same(*leader, what, *other);
                    for (const auto& candidate : *others)
                        if (candidate.name == wanted && taken.insert(&candidate).second)
                            order.push_back({other, &candidate});
                }
    }
    return order;
}

void add_speed_up(std::vector<row>& rows) {
    const auto family = [](const row& one) {
        return one.name.substr(0, one.name.find("/threads:")) + "#" +
               std::to_string(one.repetition);
    };
    const auto rate = [](const row& one) {
        const double* found = one.find("increments_per_second");
        return found != nullptr ? found : one.find("rounds_per_second");
    };
    std::map<std::string, double> alone;
    for (const auto& one : rows)
        if (one.workers == 1 && rate(one) != nullptr) alone[family(one)] = *rate(one);
    for (auto& one : rows) {
        const auto base = alone.find(family(one));
        if (base == alone.end() || rate(one) == nullptr || base->second <= 0) continue;
        if (one.find("speed_up") == nullptr)
            one.figures.emplace_back("speed_up", *rate(one) / base->second);
    }
}

}  // namespace tally::interpreters
