// SPDX-License-Identifier: MIT
#include "bench/window.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "bench/matrix.hpp"
#include "bench/subject.hpp"
#include "counters/fetch_add.hpp"
#include "counters/racy.hpp"
#include "kit/catch2.hpp"
#include "locks/library/std_mutex.hpp"
#include "locks/queue/mcs.hpp"
#include "locks/spin/ticket.hpp"
#include "locks/spin/ttas.hpp"

using namespace tally;
using namespace tally::bench;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

using spinning = native<waiting::spin>;
using parking = native<waiting::park>;

struct ttas_subject {
    template <class Machine>
    using on = ttas<Machine>;
    static constexpr subject_info info{"ttas", "spin", "locks/spin/ttas.hpp"};
};

// A lock that keeps everybody waiting for 400 ns of the clock.
struct slow_lock {
    static constexpr lock_traits traits{.cite = "a double for tests"};
    struct node {};
    void lock(node&) noexcept {
        const auto until = clock_ns() + 400;
        while (clock_ns() < until) {
        }
    }
    void unlock(node&) noexcept {}
};

window_record one_window(contest& on, unsigned workers, tally_sheet& sheet,
                         std::chrono::nanoseconds length = 20ms) {
    const auto team = make_thread_team();
    return run_window({workers, 3ms, length}, on, *team, sheet, {20, 50}, {});
}

// In nanoseconds; 0: no wait was timed.
double median_wait_ns(const window_record& window) {
    for (const auto& [name, value] : reduce(window, {60, 2, true}))
        if (name == "wait_p50_ns") return value;
    return 0;
}

// A window in which every worker took part, and in the warm-up somebody: on a busy machine a short
// one may pass without some.
template <class Contest>
window_record full_window(unsigned workers, tally_sheet& sheet,
                          std::unique_ptr<Contest> (*make)()) {
    for (int attempt = 0;; ++attempt) {
        const auto on = make();
        const auto window = one_window(*on, workers, sheet, milliseconds(20 + 20 * attempt));
        bool all = true;
        std::uint64_t counted = 0;
        for (const auto& tally : window.tallies) {
            all = all && tally.ended_at != 0;
            counted += tally.counted;
        }
        if ((all && counted < window.made) || attempt == 20) return window;
    }
}

template <class Contest, auto... Arguments>
std::unique_ptr<Contest> make_contest() {
    return std::make_unique<Contest>(Arguments...);
}

template <class Contest, auto... Arguments>
void check_window(unsigned workers) {
    tally_sheet sheet;
    const auto window = full_window(workers, sheet, make_contest<Contest, Arguments...>);
    CHECK(window.made == window.counted);
    CHECK(window.tallies.size() == workers);
    CHECK(window.length() >= 20ms);
    std::uint64_t counted = 0;
    for (const auto& tally : window.tallies) {
        counted += tally.counted;
        CHECK(tally.counted <= tally.made);
        // Nobody leaves before the end is announced.
        CHECK(tally.ended_at + 1'000'000 > window.closed_at);
    }
    CHECK(counted > 0);
    // Warm-up is part of what was made and checked, not of what was counted.
    CHECK(counted < window.made);
}

}  // namespace

TEST_CASE("a window of a right lock counts every increment") {
    for (const unsigned workers : {1U, 2U, 5U}) {
        check_window<counter_contest<locked<spinning, std_mutex<spinning>>>>(workers);
        check_window<counter_contest<locked<parking, ticket<parking>>>>(workers);
        check_window<counter_contest<fetch_add<spinning>>>(workers);
        check_window<sections_contest<parking, mcs<parking>>, section_steps{50, 50}>(workers);
    }
}

TEST_CASE("a racy counter is caught losing") {
    // Two threads share a CPU or not: either way some window loses. On a busy machine a window may
    // pass while one of them waits for its CPU.
    bool lost = false;
    const auto end = clock_ns() + 20'000'000'000;
    while (!lost && clock_ns() < end) {
        counter_contest<racy<spinning>> on;
        tally_sheet sheet;
        const auto window = one_window(on, 2, sheet);
        lost = window.made != window.counted;
    }
    CHECK(lost);
}

TEST_CASE("one worker never takes over from another and two taking turns do") {
    tally_sheet sheet;
    using mutex = counter_contest<locked<spinning, std_mutex<spinning>>>;
    for (const auto& tally : full_window(1, sheet, make_contest<mutex>).tallies) {
        CHECK(tally.takeovers == 0);
        CHECK(tally.takeovers_known == 1);
    }
    using fifo = counter_contest<locked<parking, ticket<parking>>>;
    std::uint64_t takeovers = 0;
    std::uint64_t counted = 0;
    for (const auto& tally : full_window(2, sheet, make_contest<fifo>).tallies) {
        takeovers += tally.takeovers;
        counted += tally.counted;
    }
    CHECK(takeovers > 0);
    CHECK(takeovers <= counted);
    using silent = counter_contest<fetch_add<spinning>>;
    for (const auto& tally : full_window(2, sheet, make_contest<silent>).tallies)
        CHECK(tally.takeovers_known == 0);
}

TEST_CASE("the count lies in its lock's cache line, or on lines that nothing else is on") {
    using small = counter_contest<locked<parking, ticket<parking>>>;
    const auto line_of = [](const void* at) {
        return reinterpret_cast<std::uintptr_t>(at) / cache_line;
    };
    const small with;
    CHECK(line_of(with.counter().data()) == line_of(&with.counter()));
    const small apart(data_layout::apart);
    const auto lock = reinterpret_cast<std::uintptr_t>(&apart.counter());
    const auto data = reinterpret_cast<std::uintptr_t>(apart.counter().data());
    // Pairs of lines: the hardware fetches a line's neighbour with it.
    CHECK((data - 1) / (2 * cache_line) < data / (2 * cache_line));
    CHECK((data - 1) / (2 * cache_line) == lock / (2 * cache_line));
    CHECK(data + 2 * cache_line <= reinterpret_cast<std::uintptr_t>(&apart + 1));

    // Nothing to move where there is no lock, or no data beside it.
    CHECK(!shares_a_line<fetch_add<spinning>>);
    CHECK(shares_a_line<locked<parking, mcs<parking>>>);

    check_window<small, data_layout::apart>(2);
}

TEST_CASE("a team that cannot be started is an error of its row") {
    // A team of its own that refuses, as a system out of threads does.
    class refusing : public team {
    public:
        std::string_view scope() const noexcept override { return "thread"; }
        void start(unsigned, contest&, board&, worker_tally*) override {
            throw std::system_error(
                std::make_error_code(std::errc::resource_unavailable_try_again));
        }
        bool join_within(std::chrono::nanoseconds) override { return true; }
    };
    counter_contest<fetch_add<spinning>> on;
    tally_sheet sheet;
    refusing team;
    CHECK_THROWS_AS(run_window({2, 1ms, 1ms}, on, team, sheet, {20, 50}, {}), std::system_error);
}

TEST_CASE("calibrated work takes the time that was asked for") {
    // A virtual CPU may run at half its speed for a while, during the calibration or after it: the
    // fastest of both is what must agree, and agrees sooner or later if it is the same work.
    const auto end = clock_ns() + 20'000'000'000;
    double calibrated = 1e18;  // ns per step
    double fastest = 1e18;
    do {
        calibrated = std::min(calibrated, measure_step_ns());
        work_area area;
        const auto steps = static_cast<std::uint64_t>(10'000 / calibrated);
        for (int trial = 0; trial != 1'000; ++trial) {
            const auto from = clock_ns();
            tally::bench::work(area, steps);
            const auto took = static_cast<double>(clock_ns() - from);
            fastest = std::min(fastest, took / static_cast<double>(steps));
        }
    } while (fastest != Approx(calibrated).epsilon(0.25) && clock_ns() < end);
    CHECK(fastest == Approx(calibrated).epsilon(0.25));
}

TEST_CASE("a row of sections works as long as its name says") {
    // One thread, so that nothing but the work and some ns for the lock is in it. A virtual CPU may
    // run at half its speed for a while: what is wrong stays wrong, and what is right is seen so.
    catalogue known;
    enter_lock<ttas_subject>(known);
    const selection wanted{.workloads = {"sections"},
                           .strategies = {},
                           .waitings = {"spin"},
                           .threads = {1},
                           .section_threads = {1},
                           .cases = {{100ns, 1us}}};
    const auto rows = make_matrix(known, wanted);
    REQUIRE(rows.size() == 1);
    const auto end = clock_ns() + 60'000'000'000;
    constexpr double named = 100 + 1000;
    double took = 0;  // CPU ns an increment
    do {
        tally_sheet sheet;
        calibration calibrated;
        calibrated.timing = measure_timing_cost();
        calibrated.step_ns = measure_step_ns();
        const auto seen = rows[0].measure(rows[0].identity, {5ms, 50ms, {}, calibrated, sheet});
        for (const auto& [name, value] : seen.result.figures)
            if (name == "cpu_ns_per_increment") took = value;
    } while (took != Approx(named).epsilon(0.1) && clock_ns() < end);
    CHECK(took == Approx(named).epsilon(0.1));
}

TEST_CASE("an uncontended lock has the same wait whatever the clock took in the calibration") {
    // A calibration that is wrong by far: what was calibrated must not matter. The CPU's own speed
    // may change between two windows; a calibration that matters does so every time.
    tally_sheet sheet;
    const auto end = clock_ns() + 30'000'000'000;
    double least = 0;
    double most = 0;
    do {
        std::vector<double> waits;
        for (const double read_ns : {0.0, 20.0, 200.0}) {
            counter_contest<locked<spinning, ttas<spinning>>> on;
            const auto team = make_thread_team();
            waits.push_back(
                median_wait_ns(run_window({1, 3ms, 30ms}, on, *team, sheet, {read_ns, 60}, {})));
        }
        least = *std::min_element(waits.begin(), waits.end());
        most = *std::max_element(waits.begin(), waits.end());
    } while ((most <= 0 || most - least >= 15) && clock_ns() < end);
    CHECK(most > 0);
    CHECK(most - least < 15);
}

TEST_CASE("a wait of a known length is timed as long as it is") {
    tally_sheet sheet;
    // The fastest of several: a busy machine makes it longer.
    double fastest = 1e18;
    for (int trial = 0; trial != 20; ++trial) {
        counter_contest<locked<spinning, slow_lock>> on;
        const auto team = make_thread_team();
        fastest = std::min(
            fastest, median_wait_ns(run_window({1, 3ms, 20ms}, on, *team, sheet, {20, 60}, {})));
    }
    CHECK(fastest > 395);
    CHECK(fastest < 480);
}

TEST_CASE("timing an operation costs more than reading the clock") {
    const auto cost = measure_timing_cost();
    CHECK(cost.read_ns > 0);
    CHECK(cost.sample_ns >= cost.read_ns);
    CHECK(cost.sample_ns < 100'000);
}
