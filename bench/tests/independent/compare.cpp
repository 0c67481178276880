// SPDX-License-Identifier: MIT
// tally-bench beside a measuring program that has nothing of it, in turn, row by row.
//
//   compare <tally-bench> <independent>
//
// The two take turns, so that what changes on the machine meets both alike. A window counts if its
// threads were on a CPU for all of it, but for what waiting for the lock itself gives away: another
// program in the middle of a window is no figure of either. Of each row the medians of at least
// 25 windows of each are compared: throughput must be within 10 %, the waits for its lock within
// 15 %, or within what the two know of waits (the row's wait_floor_ns, and the other's), whichever
// is more. A row that is not is measured anew, up to four times. What is measured wrong is wrong to
// the same side each time, and what a shared machine did in half a minute is not: so a figure is
// held to disagree if it did so, and to one side, every time.
//
// Two things are no disagreement. What is shorter than one reading of the clock takes is not known
// to either: each has readings of its own. And a row whose windows scatter, in either program, by
// more than the bound (the quartiles, of one attempt) was measured while the machine changed:
// nothing is held against it, and nothing is known of it.
//
// Exit code: 0 all agree; 1 some do not; 2 one of the two could not be run; 77 the machine was
// never quiet for long enough.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "kit/child.hpp"

namespace {

constexpr std::size_t fewest = 25;
constexpr int attempts = 5;
constexpr std::chrono::seconds time_for_attempt(40);
constexpr double throughput_bound = 0.10;
constexpr double wait_bound = 0.15;
constexpr const char* window_ms = "30";

struct row {
    std::string suite;        // its name in tally-bench
    std::string independent;  // and in the other program
};

const std::vector<row> all{
    {"counter/std_mutex/itself/threads:1", "counter/std_mutex/threads:1"},
    {"counter/std_mutex/itself/threads:2", "counter/std_mutex/threads:2"},
    {"counter/ttas/spin/threads:1", "counter/ttas/threads:1"},
    {"counter/ttas/spin/threads:2", "counter/ttas/threads:2"},
    {"counter/fetch_add/none/threads:1", "counter/fetch_add/threads:1"},
    {"counter/fetch_add/none/threads:2", "counter/fetch_add/threads:2"},
    {"sections/ttas/spin/cs:100ns/ncs:1us/threads:1", "sections/ttas/cs:100/ncs:1000/threads:1"},
    {"sections/ttas/spin/cs:100ns/ncs:1us/threads:2", "sections/ttas/cs:100/ncs:1000/threads:2"},
    {"sections/ttas/spin/cs:1us/ncs:1us/threads:1", "sections/ttas/cs:1000/ncs:1000/threads:1"},
    {"sections/ttas/spin/cs:1us/ncs:1us/threads:2", "sections/ttas/cs:1000/ncs:1000/threads:2"},
};

struct readings {
    std::vector<double> throughput, p50, p99, floor;

    bool enough() const { return throughput.size() >= fewest; }
};

// One program's windows, by the name of the row, and how long it takes to read its clock.
struct measured {
    std::map<std::string, readings> rows;
    double clock_ns = 0;
};

// The least share of a window in which a row's threads must have been on a CPU. Of two on a
// std::mutex one sleeps now and then.
double presence(const std::string& name) {
    return name.find("std_mutex") != std::string::npos && name.ends_with(":2") ? 0.85 : 0.98;
}

std::string output_of(const std::vector<std::string>& command) {
    const auto said = tally::kit::run_child(command, {.errors_apart = true});
    if (said.status() != 0) throw std::runtime_error("failed: " + command.front());
    return said.output;
}

void run_suite(const std::string& program, const std::vector<row>& rows, measured& into) {
    std::string filter;
    for (const row& each : rows)
        filter += (filter.empty() ? "^(" : "|") + each.suite;
    const auto run = nlohmann::json::parse(
        output_of({program, "--threads=1,2", "--strategy=std_mutex,ttas,fetch_add",
                   "--waiting=itself,spin,none", std::string("--window=") + window_ms + "ms",
                   "--warmup=10ms", "--repetitions=2", "--settle=off", "--repeats-when-dirty=0",
                   "--benchmark_format=json", "--benchmark_filter=" + filter + ")$"}));
    into.clock_ns = run.at("context").at("tally").at("calibration").at("clock_read_ns");
    for (const auto& each : run.at("benchmarks")) {
        const std::string name = each.at("name");
        const double on_cpu = each.at("cpu_time").get<double>() /
                              each.at("real_time").get<double>() / each.at("workers").get<double>();
        if (on_cpu < presence(name) || !each.contains("wait_p50_ns")) continue;
        readings& to = into.rows[name];
        to.throughput.push_back(each.at("increments_per_second"));
        to.p50.push_back(each.at("wait_p50_ns"));
        to.p99.push_back(each.at("wait_p99_ns"));
        to.floor.push_back(each.value("wait_floor_ns", 0.0));
    }
}

void run_independent(const std::string& program, const std::vector<row>& rows, measured& into) {
    std::vector<std::string> command{program, window_ms};
    for (int twice = 0; twice != 2; ++twice)
        for (const row& each : rows)
            command.push_back(each.independent);
    std::istringstream lines(output_of(command));
    double throughput = 0, on_cpu = 0, p50 = 0, p99 = 0, floor = 0;
    for (std::string name; lines >> name >> throughput >> on_cpu >> p50 >> p99 >> floor;) {
        if (on_cpu < presence(name)) continue;
        readings& to = into.rows[name];
        to.throughput.push_back(throughput);
        to.p50.push_back(p50);
        to.p99.push_back(p99);
        to.floor.push_back(floor);
    }
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Between the quartiles, as a part of the median.
double scatter(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return (at(0.75) - at(0.25)) / std::max(at(0.5), 1e-9);
}

// To which sides a figure has been out every time so far.
struct sides {
    bool above = true;
    bool below = true;
    int times = 0;  // that it was compared

    // Once or twice may be chance.
    bool settles_it() const { return (above || below) && times >= 3; }
};

// One figure of both, in a line. True if they agree, or have not always been apart to one side.
bool agree(sides& so_far, const std::string& name, const char* figure, double suite,
           double independent, double bound, double known_to) {
    const double apart = std::fabs(suite - independent);
    const bool fine = apart <= std::max(bound * independent, known_to);
    std::printf("%-46s %-10s %13.4g %13.4g %6.3f%s\n", name.c_str(), figure, suite, independent,
                independent > 0 ? suite / independent : 0.0,
                fine ? apart > bound * independent ? "  below what is known" : "" : "  NOT WITHIN");
    ++so_far.times;
    so_far.above = so_far.above && !fine && suite > independent;
    so_far.below = so_far.below && !fine && suite < independent;
    return !so_far.above && !so_far.below;
}

struct outcome {
    std::vector<row> apart;    // do not agree
    std::vector<row> unknown;  // too few windows without another program in them
};

outcome compared(const std::string& suite, const std::string& independent,
                 const std::vector<row>& rows, std::map<std::string, sides>& so_far) {
    measured by_suite;
    measured by_other;
    const auto lacking = [&] {
        std::vector<row> out;
        for (const row& each : rows)
            if (!by_suite.rows[each.suite].enough() || !by_other.rows[each.independent].enough())
                out.push_back(each);
        return out;
    };
    const auto end = std::chrono::steady_clock::now() + time_for_attempt;
    std::vector<row> left = rows;
    for (int turn = 0; !left.empty() && std::chrono::steady_clock::now() < end; ++turn) {
        // Who goes first has the machine as the last turn left it: in turn as well.
        if (turn % 2 == 0) run_suite(suite, left, by_suite);
        run_independent(independent, left, by_other);
        if (turn % 2 == 1) run_suite(suite, left, by_suite);
        left = lacking();
    }
    std::printf("%-46s %-10s %13s %13s %6s\n", "row (medians)", "", "tally-bench", "independent",
                "ratio");
    outcome out;
    out.unknown = left;
    for (const row& each : rows) {
        const readings& a = by_suite.rows[each.suite];
        const readings& b = by_other.rows[each.independent];
        if (!a.enough() || !b.enough()) {
            std::printf("%-46s too few undisturbed windows: %zu and %zu\n", each.suite.c_str(),
                        a.throughput.size(), b.throughput.size());
            continue;
        }
        const double most = std::max(scatter(a.throughput), scatter(b.throughput));
        if (most > throughput_bound) {
            std::printf("%-46s unsteady: windows scatter by %.0f %%\n", each.suite.c_str(),
                        100 * most);
            out.unknown.push_back(each);
            continue;
        }
        const double floor = std::max(median(a.floor) + median(b.floor), by_suite.clock_ns);
        bool fine = agree(so_far[each.suite], each.suite, "inc/s", median(a.throughput),
                          median(b.throughput), throughput_bound, 0);
        // Where nothing is locked, what is timed is another thing.
        if (each.suite.find("fetch_add") == std::string::npos) {
            fine &= agree(so_far[each.suite + " p50"], "", "p50 wait", median(a.p50), median(b.p50),
                          wait_bound, floor);
            fine &= agree(so_far[each.suite + " p99"], "", "p99 wait", median(a.p99), median(b.p99),
                          wait_bound, floor);
        }
        if (!fine) out.apart.push_back(each);
    }
    std::fflush(stdout);
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: compare <tally-bench> <independent>\n", stderr);
        return 2;
    }
    try {
        std::vector<row> left = all;
        outcome last;
        std::map<std::string, sides> so_far;
        for (int attempt = 1; attempt <= attempts && !left.empty(); ++attempt) {
            if (attempt != 1) std::printf("\nonce more:\n");
            last = compared(argv[1], argv[2], left, so_far);
            left = last.apart;
            // A machine that is busy stays so.
            if (left.empty()) break;
            left.insert(left.end(), last.unknown.begin(), last.unknown.end());
        }
        const auto settled =
            std::count_if(last.apart.begin(), last.apart.end(), [&](const row& of) {
                return so_far[of.suite].settles_it() || so_far[of.suite + " p50"].settles_it() ||
                       so_far[of.suite + " p99"].settles_it();
            });
        if (settled != 0) {
            std::printf(
                "\n%td of %zu rows were out to the same side each time: throughput must be "
                "within %.0f %%, waits within %.0f %% or what is known of them\n",
                settled, all.size(), 100 * throughput_bound, 100 * wait_bound);
            return 1;
        }
        last.unknown.insert(last.unknown.end(), last.apart.begin(), last.apart.end());
        if (!last.unknown.empty()) {
            std::printf(
                "\nleft out: of %zu of %zu rows there were too few windows without another "
                "program in them, or they scatter too widely\n",
                last.unknown.size(), all.size());
            return 77;
        }
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "compare: %s\n", failure.what());
        return 2;
    }
}
