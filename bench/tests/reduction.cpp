// SPDX-License-Identifier: MIT
#include "bench/row.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "bench/report.hpp"
#include "kit/catch2.hpp"
#include "runs/glossary.hpp"

using namespace tally::bench;

namespace {

// A window of one second.
class made_up_window {
public:
    explicit made_up_window(const std::vector<std::uint64_t>& counts)
        : tallies_(std::make_unique<worker_tally[]>(counts.size())) {
        record.tallies = {tallies_.get(), counts.size()};
        record.opened_at = 1'000'000'000;
        record.closed_at = 2'000'000'000;
        for (std::size_t i = 0; i != counts.size(); ++i) {
            auto& tally = tallies_[i];
            tally.made = counts[i];
            tally.counted = counts[i];
            tally.begun_at = record.opened_at;
            tally.ended_at = record.closed_at;
            tally.sample_period = 1;
            record.made += counts[i];
            record.counted += counts[i];
        }
    }

    worker_tally& operator[](std::size_t i) { return tallies_[i]; }

    void sample(std::size_t worker, std::uint32_t latency, std::uint64_t times = 1) {
        auto& tally = tallies_[worker];
        for (std::uint64_t i = 0; i != times; ++i)
            tally.latency[tally.samples++] = latency;
        tally.slowest = std::max<std::uint64_t>(tally.slowest, latency);
    }

    void nothing(std::size_t worker, std::uint32_t latency, std::uint64_t times = 1) {
        auto& tally = tallies_[worker];
        for (std::uint64_t i = 0; i != times; ++i)
            tally.null[tally.nulls++] = latency;
    }

    std::optional<double> figure(std::string_view name, reduction_context with = {50, 2, true}) {
        for (const auto& [known, value] : reduce(record, with))
            if (known == name) return value;
        return std::nullopt;
    }

    window_record record;

private:
    std::unique_ptr<worker_tally[]> tallies_;
};

}  // namespace

TEST_CASE("a rate is the increments of all workers over the window") {
    made_up_window window({300, 700});
    CHECK(window.figure("increments_per_second") == Approx(1000));
    CHECK(window.figure("ns_per_increment") == Approx(1e6));
    CHECK(window.figure("threads_per_cpu") == Approx(1));
    CHECK(window.figure("lost") == Approx(0));
}

TEST_CASE("fairness is 1 when all are equal and 1/n when one did everything") {
    CHECK(made_up_window({5, 5, 5, 5}).figure("fairness_jain") == Approx(1));
    CHECK(made_up_window({20, 0, 0, 0}).figure("fairness_jain") == Approx(0.25));
    CHECK(made_up_window({1, 3}).figure("fairness_jain") == Approx(16.0 / 20));
}

TEST_CASE("the busier half of an odd team is its top and half of its middle") {
    CHECK(made_up_window({5, 5, 5}).figure("busiest_half_share") == Approx(0.5));
    CHECK(made_up_window({1, 7, 2}).figure("busiest_half_share") == Approx(0.8));
    CHECK(made_up_window({0, 10}).figure("busiest_half_share") == Approx(1));
}

TEST_CASE("what a window cannot show is absent and not zero") {
    made_up_window idle({0, 0});
    for (const auto* name :
         {"ns_per_increment", "cpu_ns_per_increment", "wait_p50_ns", "wait_max_ns", "fairness_jain",
          "busiest_half_share", "handover_rate", "switches_per_increment", "foreign_load"})
        CHECK_FALSE(idle.figure(name).has_value());
    CHECK(idle.figure("increments_per_second") == Approx(0));
    made_up_window floor({5});
    CHECK_FALSE(floor.figure("lost", {50, 2, false}).has_value());
}

TEST_CASE("no figure is NaN or infinite even where nobody took part") {
    made_up_window window({0});
    window[0].ended_at = 0;
    window.record.foreign_load = std::numeric_limits<double>::quiet_NaN();
    for (const auto& [name, value] : reduce(window.record, {0, 1, true})) {
        INFO(name);
        CHECK(std::isfinite(value));
    }
}

TEST_CASE("hand-overs are unknown as soon as one worker cannot tell") {
    made_up_window window({10, 10});
    window[0].takeovers = 5;
    window[0].takeovers_known = window[1].takeovers_known = 1;
    CHECK(window.figure("handover_rate") == Approx(0.25));
    window[1].takeovers_known = 0;
    CHECK_FALSE(window.figure("handover_rate").has_value());
}

TEST_CASE("overlap runs from the last to begin to the first to leave") {
    made_up_window window({1, 1});
    window[0].begun_at += 100'000'000;
    window[1].ended_at -= 300'000'000;
    CHECK(window.figure("overlap") == Approx(0.6));
    window[1].ended_at = 0;
    CHECK(window.figure("overlap") == Approx(0));
}

TEST_CASE("latencies are told within one percent and the longest exactly") {
    made_up_window window({1000});
    window.sample(0, 100, 500);
    window.sample(0, 20'000, 490);
    window.sample(0, 3'000'000, 9);
    window.sample(0, 7'654'321, 1);
    CHECK(window.figure("wait_p50_ns") == Approx(100).epsilon(0.01));
    CHECK(window.figure("wait_p99_ns") == Approx(20'000).epsilon(0.01));
    CHECK(window.figure("wait_p999_ns") == Approx(3'000'000).epsilon(0.01));
    CHECK(window.figure("wait_max_ns") == Approx(7'654'321));
    CHECK(window.figure("sampling_share") == Approx(1000 * 50 / 1e9));
}

TEST_CASE("what reading the clock takes is taken off at the same rank") {
    made_up_window window({1000});
    // Nine readings in ten take 30 ns, and one takes 90: the lock takes 40 each time.
    window.sample(0, 70, 900);
    window.sample(0, 130, 100);
    window.nothing(0, 30, 900);
    window.nothing(0, 90, 100);
    CHECK(window.figure("wait_p50_ns") == Approx(40).epsilon(0.03));
    CHECK(window.figure("wait_p99_ns") == Approx(40).epsilon(0.05));
    CHECK(window.figure("wait_max_ns") == Approx(100).epsilon(0.02));
}

TEST_CASE("the floor is what the readings alone vary by") {
    made_up_window steady({10});
    steady.sample(0, 70, 100);
    steady.nothing(0, 30, 100);
    CHECK(steady.figure("wait_floor_ns") < 3);
    made_up_window varying({10});
    varying.sample(0, 70, 100);
    for (std::uint32_t ns = 20; ns != 70; ++ns)
        varying.nothing(0, ns, 2);
    CHECK(varying.figure("wait_floor_ns") > 30);
    CHECK(varying.figure("wait_floor_ns") < 60);
}

TEST_CASE("the tail of the waits has a floor of its own") {
    // The readings alone: 30 ns, and one in fifty takes 90, and one in five hundred 400.
    made_up_window window({1000});
    window.sample(0, 70, 1000);
    window.nothing(0, 30, 978);
    window.nothing(0, 90, 20);
    window.nothing(0, 400, 2);
    CHECK(window.figure("wait_floor_ns") < 3);
    CHECK(window.figure("wait_p99_floor_ns") == Approx(60).epsilon(0.05));
    CHECK(window.figure("wait_p999_floor_ns") == Approx(370).epsilon(0.05));
    // Where the readings do not vary, no tail of theirs can be taken for a wait.
    made_up_window steady({1000});
    steady.sample(0, 70, 1000);
    steady.nothing(0, 30, 1000);
    CHECK(steady.figure("wait_p99_floor_ns") < 3);
    CHECK(steady.figure("wait_p999_floor_ns") < 3);
    // Without such readings nothing is known of it.
    made_up_window blind({1000});
    blind.sample(0, 70, 1000);
    CHECK_FALSE(blind.figure("wait_p99_floor_ns").has_value());
}

TEST_CASE("samples are in ticks and their figures in nanoseconds") {
    made_up_window window({1000});
    window.record.tick_ns = 0.5;
    window.sample(0, 200, 500);
    CHECK(window.figure("wait_p50_ns") == Approx(100).epsilon(0.01));
    CHECK(window.figure("wait_max_ns") == Approx(100).epsilon(0.01));
}

TEST_CASE("a worker that timed one operation in many is not outvoted by one that timed all") {
    made_up_window window({10'000, 100});
    window.sample(0, 10, 100);
    window[0].sample_period = 100;
    window.sample(1, 1'000'000, 100);
    CHECK(window.figure("wait_p50_ns") == Approx(10).epsilon(0.01));
    CHECK(window.figure("wait_p99_ns") == Approx(10).epsilon(0.01));
    CHECK(window.figure("wait_p999_ns") == Approx(1'000'000).epsilon(0.01));
}

TEST_CASE("a latency below the clock's resolution reads 1") {
    made_up_window window({10});
    window.sample(0, 0, 10);
    CHECK(window.figure("wait_p50_ns") == Approx(1));
    CHECK(window.figure("wait_max_ns") == Approx(1));
}

TEST_CASE("every figure that is made is defined") {
    made_up_window window({10, 10});
    window.sample(0, 5);
    window.nothing(0, 4);
    window[0].takeovers_known = window[1].takeovers_known = 1;
    window.record.foreign_load = 0.0;
    std::set<std::string_view> defined;
    for (const auto& known : tally::runs::figures)
        defined.insert(known.name);
    for (const auto& [name, value] : reduce(window.record, {50, 2, true})) {
        INFO(name);
        CHECK(defined.contains(name));
    }
}

TEST_CASE("a wait below the floor of its own rank is shown as less than that") {
    row r;
    r.name = "counter/ttas/spin/threads:2";
    r.figures = {{"wait_p50_ns", 40}, {"wait_p999_ns", 200}, {"wait_floor_ns", 10}};
    const auto shown = [&] { return console_line(std::vector<row>{r, r}, r.name.size(), 0); };
    CHECK_THAT(shown(), ContainsSubstring(" 40 ") && ContainsSubstring(" 200 "));
    r.figures.emplace_back("wait_p999_floor_ns", 350);
    CHECK_THAT(shown(), ContainsSubstring(" 40 ") && ContainsSubstring(" <350 "));
}

TEST_CASE("a row fits the terminal and is one line where there is none") {
    row r;
    r.name = "sections/std_recursive_mutex/itself/cs:100ns/ncs:1us/threads:200";
    r.control = true;
    r.figures = {{"increments_per_second", 189e6}, {"threads_per_cpu", 2}, {"dirty", 1}};
    const std::vector<row> rows{r, r, r};
    const auto longest = [](const std::string& text) {
        std::size_t most = 0;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            most = std::max(most, line.size());
        return most;
    };
    for (const std::size_t columns : {std::size_t{80}, std::size_t{200}}) {
        const auto text = console_line(rows, r.name.size(), columns);
        INFO(text);
        CHECK(longest(text) <= columns);
        CHECK(longest(console_heading(r.name.size(), columns)) <= columns);
        for (const auto* part : {r.name.c_str(), "189M", "oversubscribed", "control", "3 of 3"})
            CHECK_THAT(text, ContainsSubstring(part));
    }
    CHECK(console_line(rows, r.name.size(), 0).find('\n') == std::string::npos);
}
