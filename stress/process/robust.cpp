// SPDX-License-Identifier: MIT
#include "stress/process/robust.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <stdexcept>

#include "counters/process/robust_counter.hpp"
#include "kit/wire.hpp"
#include "machines/process/child.hpp"
#include "stress/process/traced.hpp"

namespace tally::process_stress {

namespace {

using machine = shared_native<waiting::park>;
using exact = process::robust_counter<machine>;
using torn = process::robust_counter<machine, process::redo_log::left_out>;
using number = machine::atomic<std::uint64_t>;

constexpr unsigned supervisor = process::most_members - 1;
constexpr std::uint64_t told_failures = 5;
constexpr std::uint64_t hang_after = 20'000'000'000;  // ns

// What a worker says of itself, where it outlives it. Between any two instructions of a worker:
// told <= what the counter has of it <= begun <= told + 1.
struct alignas(cache_line) account {
    number begun{0};  // additions that it has begun
    number told{0};   // additions that it was told are done
    number lives{0};  // incarnations that have looked up their number and gone to work
    number wrong{0};  // times the counter's number was not one of the two that it may be
};

struct ledger {
    account of[process::most_members];
};

constexpr std::string_view ledger_suffix = ".ledger";

template <class Counter>
void work(Counter& counter, account& mine, process::member me, bool traced_) {
    const auto made = counter.done(me, me);
    // relaxed, all: of this worker alone; the supervisor reads when it is dead, or a hint.
    if (made < mine.told.load(relaxed) || made > mine.begun.load(relaxed))
        mine.wrong.fetch_add(1, relaxed);
    mine.told.store(made, relaxed);
    mine.begun.store(made, relaxed);
    mine.lives.fetch_add(1, relaxed);
    if (traced_) traced::begin();
    for (auto next = made + 1;; ++next) {
        mine.begun.store(next, relaxed);
        if (counter.add(me, 1) != next) mine.wrong.fetch_add(1, relaxed);
        mine.told.store(next, relaxed);
    }
}

void sleep_ns(long nanoseconds) {
    const timespec span{0, nanoseconds};
    ::nanosleep(&span, nullptr);
}

// All that a worker is told.
struct worker_call {
    pid_t parent = -1;
    process::lock_name name;
    unsigned index = 0;
    bool without_redo = false;
    bool traced = false;

    static void fields(auto& of, auto&& field) {
        field("parent", of.parent);
        field("folder", of.name.folder);
        field("label", of.name.label);
        field("index", of.index);
        field("without_redo", of.without_redo);
        field("traced", of.traced);
    }
};

// The counter, its workers, and what is checked of them.
template <class Counter>
class battlefield {
public:
    explicit battlefield(bool without_redo)
        : without_redo_(without_redo),
          name_(run_.name("robust")),
          counter_(name_, process::opening::create),
          ledger_(process::segment<ledger>::create(name_.path(ledger_suffix))) {}

    process::child worker(unsigned index, bool with_tracing = false) {
        auto words =
            kit::to_words(worker_call{::getpid(), name_, index, without_redo_, with_tracing});
        words.insert(words.begin(), "robust-worker");
        return process::child::start(words);
    }

    account& of(unsigned index) { return ledger_->of[index]; }

    // Waits until the worker has begun that many lives. False if it hangs.
    bool alive(unsigned index, std::uint64_t lives) {
        const auto end = monotonic_ns() + hang_after;
        while (of(index).lives.load(relaxed) < lives) {
            if (monotonic_ns() > end) return false;
            sleep_ns(20'000);
        }
        return true;
    }

    // Looks at the whole, as one more process that takes the lock. Workers may be at work.
    void check(unsigned workers, bool at_rest) {
        const auto now = counter_.read({supervisor});
        std::uint64_t sum = 0;
        for (const auto done : now.done)
            sum += done;
        ++checks;
        last_count = now.count;
        if (now.count != sum)
            say("the count is " + std::to_string(now.count) + ", the members' additions are " +
                std::to_string(sum));
        for (unsigned index = 0; index != workers; ++index) {
            const auto& it = of(index);
            const auto done = now.done[index];
            if (it.wrong.load(relaxed) != 0)
                say("worker " + std::to_string(index) + " found a number that it cannot have");
            if (at_rest && (done < it.told.load(relaxed) || done > it.begun.load(relaxed)))
                say("worker " + std::to_string(index) + " has " + std::to_string(done) +
                    " in the count; it was told of " + std::to_string(it.told.load(relaxed)) +
                    " and has begun " + std::to_string(it.begun.load(relaxed)));
        }
    }

    void say(const std::string& wrong) {
        if (++failures <= told_failures) std::printf("%s\n", wrong.c_str());
    }

    std::uint64_t checks = 0;
    std::uint64_t failures = 0;
    std::uint64_t last_count = 0;

private:
    bool without_redo_;
    process::run_folder run_;
    process::lock_name name_;
    Counter counter_;
    process::segment<ledger> ledger_;
};

template <class Counter>
std::uint64_t under_kills(const robust_options& with) {
    battlefield<Counter> field(with.without_redo);
    std::mt19937_64 random(with.seed);
    std::uniform_int_distribution<long> moment(0, 200'000);
    std::uniform_int_distribution<unsigned> any(0, with.workers - 1);
    const auto from = monotonic_ns();
    std::vector<process::child> workers;
    std::vector<std::uint64_t> lives(with.workers, 1);
    for (unsigned index = 0; index != with.workers; ++index)
        workers.push_back(field.worker(index));
    unsigned killed = 0;
    for (unsigned round = 0; killed < with.kills; ++round) {
        // A random part of the team dies at about the same time: the one that repairs, too.
        std::vector<unsigned> victims;
        for (unsigned index = 0; index != with.workers; ++index)
            if (any(random) < 2 && killed + victims.size() < with.kills) victims.push_back(index);
        for (const auto victim : victims)
            if (!field.alive(victim, lives[victim]))
                field.say("worker " + std::to_string(victim) + " hangs after " +
                          std::to_string(killed) + " kills");
        if (field.failures != 0) break;
        sleep_ns(moment(random));
        for (const auto victim : victims)
            workers[victim].signal(SIGKILL);
        for (const auto victim : victims) {
            workers[victim].kill();
            ++lives[victim];
            ++killed;
        }
        if (round % 8 == 0) field.check(with.workers, false);
        for (const auto victim : victims)
            workers[victim] = field.worker(victim);
    }
    // Not one hang: whoever is left goes on.
    for (unsigned index = 0; index != with.workers && field.failures == 0; ++index)
        if (!field.alive(index, lives[index]))
            field.say("worker " + std::to_string(index) + " hangs at the end");
    workers.clear();
    field.check(with.workers, true);
    const auto took = static_cast<double>(monotonic_ns() - from) / 1e9;
    std::printf("%u kills; %llu increments, %llu checks, %llu wrong; %.1f s\n", killed,
                static_cast<unsigned long long>(field.last_count),
                static_cast<unsigned long long>(field.checks),
                static_cast<unsigned long long>(field.failures), took);
    return field.failures;
}

// Kills one worker after so many instructions of an increment, and if `second` is given, the one
// that comes after it as well, in the midst of its repair. False if the increment was over.
template <class Counter>
bool killed_after(battlefield<Counter>& field, unsigned first, const unsigned* second) {
    bool within = true;
    const auto run = [&](unsigned index, unsigned instructions) {
        auto worker = field.worker(index, true);
        traced reins(worker.pid());
        auto& it = field.of(index);
        const auto target = it.told.load(relaxed) + 1;
        for (unsigned count = 0; count != instructions; ++count)
            if (!reins.step()) throw std::runtime_error("the traced worker has ended");
        within = it.told.load(relaxed) < target;
        worker.kill();
    };
    run(0, first);
    if (second != nullptr) run(1, *second);
    field.check(2, true);
    return within;
}

template <class Counter>
std::uint64_t at_each_step(const robust_options& with) {
    battlefield<Counter> field(with.without_redo);
    // What is told is enough.
    const auto goes_on = [&] { return field.failures < told_failures; };
    unsigned instructions = 0;
    while (killed_after(field, instructions, nullptr) && goes_on())
        ++instructions;
    // For every fifth first death, every second death: whoever repairs may die too.
    unsigned pairs = 0;
    for (unsigned first = 0; first < instructions && goes_on(); first += 5)
        for (unsigned second = 0; killed_after(field, first, &second) && goes_on(); second += 5)
            ++pairs;
    std::printf("killed after each of %u instructions, and at %u pairs of them; %llu wrong\n",
                instructions, pairs, static_cast<unsigned long long>(field.failures));
    if (instructions < 20 && goes_on())
        field.say("an increment of under 20 instructions: nothing was traced");
    return field.failures;
}

int verdict(std::uint64_t failures, bool broken) {
    if (!broken) return failures == 0 ? 0 : 1;
    if (failures == 0) std::printf("the counter without a redo record was not caught\n");
    return failures != 0 ? 0 : 1;
}

}  // namespace

int robust_under_kills(const robust_options& with) {
    return verdict(with.without_redo ? under_kills<torn>(with) : under_kills<exact>(with),
                   with.without_redo);
}

int robust_at_each_step(const robust_options& with) {
    if (const auto why = why_no_tracing(); !why.empty()) {
        std::printf("skipped: %s\n", why.c_str());
        return 77;
    }
    return verdict(with.without_redo ? at_each_step<torn>(with) : at_each_step<exact>(with),
                   with.without_redo);
}

int run_robust_worker(const std::vector<std::string>& arguments) try {
    const auto told = kit::from_words<worker_call>(arguments);
    process::die_with_parent(told.parent);
    const process::member me{told.index};
    auto accounts = process::segment<ledger>::attach(told.name.path(ledger_suffix));
    if (told.without_redo) {
        torn counter(told.name, process::opening::attach);
        work(counter, accounts->of[me.index], me, told.traced);
    } else {
        exact counter(told.name, process::opening::attach);
        work(counter, accounts->of[me.index], me, told.traced);
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "robust-worker: %s\n", error.what());
    return 3;
}

}  // namespace tally::process_stress
