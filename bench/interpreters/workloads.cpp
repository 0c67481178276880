#include "bench/interpreters/workloads.hpp"

#include <map>
#include <thread>

#include "bench/interpreters/responses.hpp"
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
    row one{.name = name, .threads = threads};
    if (!result.error.empty()) {
        one.error = result.error;
        return one;
    }
    const std::uint64_t expected = threads * increments;
    const double lost = static_cast<double>(expected) - static_cast<double>(result.number);
    one.nanoseconds = result.nanoseconds;
    one.counters = {{"final_number", static_cast<double>(result.number)},
                    {"expected", static_cast<double>(expected)},
                    {"lost", lost},
                    {"may_lose", expected_fate == fate::may_lose ? 1 : 0},
                    {"ns_per_increment", result.nanoseconds / static_cast<double>(expected)},
                    {"increments_per_second", per_second(expected, result.nanoseconds)},
                    {"threads_per_cpu", static_cast<double>(threads) / native_team::cpus()}};
    if (lost != 0 && expected_fate == fate::exact) one.label = "wrong";
    return one;
}

std::string with(const std::string& key, std::uint64_t value) {
    return "/" + key + ":" + std::to_string(value);
}

void add_counting(std::vector<one_case>& cases, const std::string& who, bool quick) {
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
            if (quick && slow) continue;
            const std::string name = "interpreter/counter/" + who + "/" + what.program +
                                     (what.shortest ? "/shortest" : "") +
                                     with("threads", counting_threads) +
                                     with("increments", increments);
            cases.push_back({name, slow, [=](subject& on) {
                                 return counting_row(name, counting_threads, increments,
                                                     on.count(what.program, counting_threads,
                                                              increments, what.shortest),
                                                     on.of(what.program));
                             }});
        }
}

void add_speeds(std::vector<one_case>& cases, const std::string& who) {
    for (const char* program : {"plain", "locked"})
        for (const unsigned threads : {1U, 2U, 4U}) {
            const std::uint64_t increments =
                std::string_view(program) == "locked" ? 100'000 : 400'000;
            const std::string name =
                "interpreter/speed/" + who + "/" + program + with("threads", threads);
            cases.push_back({name, false, [=](subject& on) {
                                 return counting_row(name, threads, increments,
                                                     on.count(program, threads, increments, false),
                                                     on.of(program));
                             }});
        }
}

void add_computing(std::vector<one_case>& cases, const std::string& who) {
    for (const unsigned threads : {1U, 2U, 4U}) {
        constexpr std::uint64_t rounds = 1'000'000;
        const std::string name = "interpreter/cpu/" + who + with("threads", threads);
        cases.push_back(
            {name, false, [=](subject& on) {
                 row one{.name = name, .threads = threads};
                 // The best of three: what else the machine does only adds to it.
                 counted result = on.count("compute", threads, rounds, false);
                 for (int again = 0; again != 2 && result.error.empty(); ++again) {
                     counted next = on.count("compute", threads, rounds, false);
                     if (!next.error.empty() || next.nanoseconds < result.nanoseconds)
                         result = std::move(next);
                 }
                 one.error = result.error;
                 one.nanoseconds = result.nanoseconds;
                 one.counters = {
                     {"rounds_per_second", per_second(threads * rounds, result.nanoseconds)},
                     {"ns_per_round", result.nanoseconds / static_cast<double>(threads * rounds)},
                     {"threads_per_cpu", static_cast<double>(threads) / native_team::cpus()}};
                 return one;
             }});
    }
}

row response_row(const std::string& name, unsigned computing, std::uint64_t interval,
                 unsigned questions, subject& on) {
    row one{.name = name, .threads = computing + 1};
    const responses result = on.respond(computing, interval, questions);
    one.error = result.error;
    std::uint64_t sum = 0;
    for (const auto wait : result.waits)
        sum += wait;
    if (result.waits.empty()) return one;
    one.nanoseconds = static_cast<double>(sum) / static_cast<double>(result.waits.size());
    one.counters = {{"response_p50_ns", static_cast<double>(quantile(result.waits, 0.5))},
                    {"response_p99_ns", static_cast<double>(quantile(result.waits, 0.99))},
                    {"response_max_ns", static_cast<double>(quantile(result.waits, 1.0))},
                    {"questions", static_cast<double>(result.waits.size())},
                    {"interval_ns", static_cast<double>(interval)},
                    {"computing", static_cast<double>(computing)}};
    return one;
}

void add_responses(std::vector<one_case>& cases, const std::string& who, bool has_interval) {
    struct interval_case {
        std::uint64_t interval;
        unsigned questions;
    };
    const std::vector<interval_case> intervals =
        has_interval ? std::vector<interval_case>{{5'000'000, 50}, {500'000, 100}, {50'000, 100}}
                     : std::vector<interval_case>{{0, 100}};
    for (const auto& [interval, questions] : intervals) {
        const std::string name = "interpreter/io/" + who +
                                 (has_interval ? with("interval_us", interval / 1000) : "") +
                                 with("computing", 1);
        cases.push_back({name, false, [=, interval = interval, questions = questions](subject& on) {
                             return response_row(name, 1, interval, questions, on);
                         }});
    }
    const std::string alone = "interpreter/io/" + who + with("computing", 0);
    cases.push_back(
        {alone, false, [=](subject& on) { return response_row(alone, 0, 0, 100, on); }});
}

void add_mixed(std::vector<one_case>& cases, const std::string& who) {
    for (const std::uint64_t local : {0U, 10U, 100U, 1000U})
        for (const unsigned threads : {1U, 2U, 4U}) {
            // About the same time for each, some tens of milliseconds.
            const std::uint64_t increments = 6'000'000 / (10 + local) / threads;
            const std::string name =
                "interpreter/mixed/" + who + with("local", local) + with("threads", threads);
            cases.push_back({name, false, [=](subject& on) {
                                 counted result;
                                 on.mix(threads, increments, local, result);
                                 row one =
                                     counting_row(name, threads, increments, result, fate::exact);
                                 one.counters.emplace_back("local", static_cast<double>(local));
                                 return one;
                             }});
        }
}

}  // namespace

std::vector<one_case> cases_for(const subject& which, bool quick) {
    std::vector<one_case> cases;
    add_counting(cases, which.name(), quick);
    add_speeds(cases, which.name());
    add_computing(cases, which.name());
    add_responses(cases, which.name(), which.has_interval());
    if (which.is_model()) add_mixed(cases, which.name());
    return cases;
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
        if (one.threads == 1 && rate(one) != nullptr) alone[family(one)] = *rate(one);
    for (auto& one : rows) {
        const auto base = alone.find(family(one));
        if (base == alone.end() || rate(one) == nullptr || base->second <= 0) continue;
        if (one.find("speed_up") == nullptr)
            one.counters.emplace_back("speed_up", *rate(one) / base->second);
    }
}

}  // namespace tally::interpreters
