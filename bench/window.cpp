// SPDX-License-Identifier: MIT
#include "bench/window.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numeric>
#include <string>
#include <system_error>
#include <vector>

#include "bench/foreign_load.hpp"
#include "bench/worker.hpp"
#include "kit/interruption.hpp"
#include "kit/statistics.hpp"
#include "machines/native_team.hpp"

namespace tally::bench {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// More than this much of a core, not ours, and the window is dirty.
constexpr double foreign_limit = 0.10;
// Timing operations may cost a worker this share of its time.
constexpr double sampling_share = 0.0025;
// Operations between two looks at the board, at most.
constexpr std::uint64_t longest_chunk = 16;
// An announcement that takes longer was interrupted in the middle: the window's ends are blurred.
constexpr std::uint64_t prompt_ns = 100'000;

// A window that lasts this much longer than planned (and this long at least beyond it) was stopped,
// or its machine was. A conductor that waits for a CPU among spinning threads is late by some
// slices of the scheduler, and the window is then longer, not wrong.
constexpr double late_share = 0.5;
constexpr nanoseconds late_at_least = milliseconds(100);

// Announces, and returns when: between two readings of the clock, so that a conductor who loses
// its CPU right there is found out.
std::uint64_t announce(board& at, phase next, bool& prompt) {
    const auto before = clock_ns();
    // release: with the acquire at the gate it publishes the board's other words; the hot loop
    // reads nothing through it.
    at.announced.store(next, release);
    const auto after = clock_ns();
    if (after - before > prompt_ns) prompt = false;
    return before + (after - before) / 2;
}

// What others took from workers that never slept: each had a CPU to itself, so the time that it
// was neither on it nor asleep was taken. Resolves nanoseconds, where /proc/stat has ticks of
// 10 ms; but sees only the CPUs of such workers. In cores.
double taken_from_workers(std::span<const worker_tally> tallies, unsigned cpus) {
    if (tallies.size() > cpus) return 0;  // they take the CPU from each other
    double cores = 0;
    for (const auto& tally : tallies) {
        if (tally.slept != 0 || tally.ended_at <= tally.begun_at) continue;
        const auto present = static_cast<double>(tally.ended_at - tally.begun_at);
        cores += std::max(present - static_cast<double>(tally.cpu_time), 0.0) / present;
    }
    return cores;
}

}  // namespace

timing_cost measure_timing_cost() {
    constexpr int trials = 2001;
    tally_sheet sheet;
    worker_tally& mine = sheet.cleared(1)[0];
    board& at = sheet.at();
    at.sample_every = 1;
    sampling samples(seat{0, at, mine});
    samples.restart(1, 1);
    std::vector<double> reads;
    std::vector<double> all;
    std::uint64_t gaps = 0;
    std::uint64_t step = 0;  // what all differences are multiples of
    for (int trial = 0; trial != trials; ++trial) {
        const auto from = clock_ns();
        // Just as an operation that is timed does it.
        const auto began = ticks();
        const auto ended = ticks();
        samples.record(began, ended);
        gaps += samples.next_gap();
        const auto until = clock_ns();
        step = std::gcd(step, ended - began);
        reads.push_back(static_cast<double>(ended - began) * ns_per_tick());
        all.push_back(static_cast<double>(until - from));
    }
    const double read = kit::median(reads);
    // One reading of the clock is the trial's own.
    const double sample = std::max(kit::median(all) - read, read);
    return {read, gaps != 0 ? sample : 0, static_cast<double>(step) * ns_per_tick()};
}

namespace {

constexpr std::size_t sheet_bytes(unsigned workers) {
    return sizeof(board) + workers * sizeof(worker_tally);
}
static_assert(sizeof(board) % alignof(worker_tally) == 0);

}  // namespace

tally_sheet::tally_sheet(int file, unsigned workers) : file_(file) { map(workers); }

tally_sheet::~tally_sheet() {
    unmap();
    if (file_ != -1) close(file_);
}

void tally_sheet::map(unsigned workers) {
    const int kind = file_ == -1 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
    memory_ = mmap(nullptr, sheet_bytes(workers), PROT_READ | PROT_WRITE, kind, file_, 0);
    if (memory_ == MAP_FAILED) {
        memory_ = nullptr;
        throw std::system_error(errno, std::generic_category(), "memory for the tallies");
    }
    capacity_ = workers;
}

void tally_sheet::unmap() noexcept {
    if (memory_ != nullptr) munmap(memory_, sheet_bytes(capacity_));
    memory_ = nullptr;
}

board& tally_sheet::at() noexcept { return *std::launder(static_cast<board*>(memory_)); }

worker_tally* tally_sheet::tallies() noexcept {
    return reinterpret_cast<worker_tally*>(static_cast<char*>(memory_) + sizeof(board));
}

std::span<worker_tally> tally_sheet::cleared(unsigned workers) {
    if (workers > capacity_) {
        unmap();
        if (file_ == -1) file_ = memfd_create("tally", 0);
        if (file_ != -1 && ftruncate(file_, static_cast<off_t>(sheet_bytes(workers))) == -1) {
            // A limit on the size of files counts here too; threads can do without one.
            close(file_);
            file_ = -1;
        }
        map(workers);
        // Touched here, so that the first window finds its pages as every later one does.
        std::memset(memory_, 0, sheet_bytes(workers));
    }
    ::new (memory_) board;
    for (auto& tally : std::span(tallies(), workers))
        std::memset(&tally, 0, offsetof(worker_tally, null));
    return {tallies(), workers};
}

const throttling& throttling_of_this_process() {
    static const throttling ours;
    return ours;
}

window_record run_window(const window_plan& plan, contest& on, team& with, tally_sheet& sheet,
                         const timing_cost& cost, const hang_handling& hang,
                         const throttling& groups) {
    const auto tallies = sheet.cleared(plan.workers);
    board& at = sheet.at();
    // As often as the cost allows, and no more often than there is room for.
    const double by_cost = cost.sample_ns / sampling_share;
    const double by_room = static_cast<double>(plan.length.count()) / (sample_capacity / 2);
    at.sample_every = static_cast<std::uint64_t>(std::max(by_cost, by_room));
    at.alone = plan.workers == 1;
    // With more workers than CPUs an operation may take a scheduler's slice: look after each.
    at.longest_chunk = plan.workers <= native_team::cpus() ? longest_chunk : 1;

    window_record record;
    bool prompt = true;
    foreign_load_meter meter;
    meter.start();
    const auto started = clock_ns();
    const unsigned continued = kit::times_continued();
    const std::uint64_t throttled = groups.so_far();
    with.start(plan.workers, on, at, tallies.data());
    bool gathered = true;
    while (at.arrived.load(acquire) != plan.workers && gathered) {
        // Returns at once, and throws, when the team could not be started.
        if (with.join_within(microseconds(50))) gathered = false;
    }
    const bool done = gathered && (announce(at, phase::warming, prompt), true) &&
                      kit::sleep_unless_interrupted(plan.warm_up) &&
                      (record.opened_at = announce(at, phase::measuring, prompt), true) &&
                      kit::sleep_unless_interrupted(plan.length);
    record.closed_at = announce(at, phase::over, prompt);
    record.interrupted = !done;
    if (!with.join_within(hang.patience)) {
        if (hang.give_up)
            hang.give_up(std::to_string(plan.workers) + " workers have not left " +
                         std::to_string(hang.patience.count() / 1'000'000) +
                         " ms after the end was announced");
        std::abort();
    }
    const auto lived = static_cast<double>(clock_ns() - started);

    record.tallies = tallies;
    record.tick_ns = ns_per_tick();
    record.counted = on.counted();
    for (const auto& tally : tallies)
        record.made += tally.made;
    const double taken = taken_from_workers(tallies, native_team::cpus());
    record.foreign_load = meter.busy_ns(with.children_cpu_ns());
    if (record.foreign_load) {
        *record.foreign_load /= lived;
        const double noise = foreign_load_meter::tick_allowance() / lived;
        record.dirty = *record.foreign_load > foreign_limit + noise;
        *record.foreign_load = std::max(*record.foreign_load, taken);
    }
    const nanoseconds late = record.length() - plan.length;
    const bool overlong = late > late_at_least && late > late_share * plan.length;
    record.stopped = overlong || kit::times_continued() != continued;
    record.throttled = groups.so_far() != throttled;
    if (taken > foreign_limit || !prompt || record.stopped || record.throttled) record.dirty = true;
    return record;
}

}  // namespace tally::bench
