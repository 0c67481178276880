// SPDX-License-Identifier: MIT
// A team of processes, on a lock and on none: the window's sum must be right with the one, and must
// show what was lost with the other. This program is its own worker.
#include <cstdio>
#include <system_error>

#include "bench/process/contest.hpp"
#include "bench/process/team.hpp"
#include "bench/window.hpp"
#include "locks/process/flock.hpp"
#include "machines/process/shared_native.hpp"

namespace {

using namespace tally;
using namespace std::chrono_literals;
using parking = shared_native<waiting::park>;

// No lock.
struct nothing_held {
    nothing_held(const process::lock_name&, process::opening) {}
    static constexpr process::lock_traits traits{.rests_on = "nothing", .cite = "none"};
    process::entry lock(process::member) { return process::entry::acquired; }
    process::entry try_lock(process::member) { return process::entry::acquired; }
    void unlock(process::member) {}
    static void remove(const process::lock_name&) {}
};

// Its lock cannot be opened by a worker.
struct not_attachable : nothing_held {
    not_attachable(const process::lock_name& name, process::opening how) : nothing_held(name, how) {
        if (how == process::opening::attach)
            throw std::system_error(ENOENT, std::generic_category(), "not_attachable");
    }
};

template <class Lock>
bench::strategy strategy_of(std::string_view name) {
    using counter = process::locked<parking, Lock>;
    return {{name, "process", "here"},
            "process_lock",
            "itself",
            counter::traits,
            nullptr,
            nullptr,
            &bench::make_process_contest<counter>};
}

int failures = 0;

void expect(bool holds, const char* what) {
    std::printf("%s: %s\n", holds ? "yes" : "NO", what);
    failures += !holds;
}

struct sums {
    std::uint64_t made = 0;
    std::uint64_t counted = 0;
};

sums one_window(const bench::strategy& s, const process::run_folder& run) {
    const auto name = run.name("counter");
    const auto on = s.make_process(name, process::opening::create);
    bench::tally_sheet sheet;
    const auto team = bench::make_process_team(std::string(s.info.name), "itself", name, sheet);
    const auto window = bench::run_window({4, 5ms, 60ms}, *on, *team, sheet, {20, 50}, {});
    return {window.made, window.counted};
}

}  // namespace

int main(int argc, char** argv) {
    bench::catalogue known;
    known.strategies.push_back(strategy_of<tally::flock<parking>>("flock"));
    known.strategies.push_back(strategy_of<nothing_held>("nothing_held"));
    known.strategies.push_back(strategy_of<not_attachable>("not_attachable"));
    if (const auto status = bench::run_as_worker(argc, argv, known)) return *status;

    const process::run_folder run;
    const auto right = one_window(known.strategies[0], run);
    expect(right.made != 0 && right.made == right.counted, "flock: the sum is right");
    // Two of them must meet, and on a busy machine they may not in one window.
    auto wrong = one_window(known.strategies[1], run);
    for (int again = 0; wrong.counted == wrong.made && again != 100; ++again)
        wrong = one_window(known.strategies[1], run);
    expect(wrong.counted < wrong.made, "nothing_held: increments are seen to be lost");
    bool refused = false;
    try {
        one_window(known.strategies[2], run);
    } catch (const std::system_error&) {
        refused = true;
    }
    expect(refused, "a worker that cannot begin is an error, not a hang");
    expect(process::leftovers(run.path()).empty(), "nothing is left");
    return failures == 0 ? 0 : 1;
}
