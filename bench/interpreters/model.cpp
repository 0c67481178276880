// SPDX-License-Identifier: MIT
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "bench/interpreters/responses.hpp"
#include "bench/interpreters/sleeping.hpp"
#include "bench/interpreters/subject.hpp"
#include "counters/interpreter/generations.hpp"
#include "machines/native_team.hpp"

namespace tally::interpreters {

namespace {

using machine = sleeping;

// CPython counts byte codes as ticks, but not those that only push or pop. A round of
// `for _ in range(n): x += 1` has three that count: the loop's step, the addition, the jump.
constexpr std::uint64_t ticks_of_a_round = 3;

// Runs body(0) .. body(n - 1), each on a thread of its own. Not the machine's team, which pins
// its threads: an interpreter's go where the system puts them, and on a machine that has other
// work it makes a difference of half.
template <class Body>
void run_team(unsigned threads, placement where, Body&& body) {
    std::vector<std::jthread> team;
    team.reserve(threads);
    for (unsigned me = 0; me != threads; ++me)
        team.emplace_back([&body, where, me] {
            if (where == placement::apart) native_team::pin(me);
            if (where == placement::together) native_team::pin(0);
            body(me);
        });
}

// What this process has used up so far.
struct usage {
    double cpu_nanoseconds = 0;
    double switches = 0;
};
usage used() {
    rusage so_far{};
    getrusage(RUSAGE_SELF, &so_far);
    const auto nanoseconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_usec) * 1e3;
    };
    return {nanoseconds(so_far.ru_utime) + nanoseconds(so_far.ru_stime),
            static_cast<double>(so_far.ru_nvcsw + so_far.ru_nivcsw)};
}

// Runs body(thread) on n threads at once: how long from the start to the last one's end, and what
// it took.
template <class Body>
counted timed(unsigned threads, placement where, Body&& body) {
    const usage before = used();
    std::barrier line(static_cast<std::ptrdiff_t>(threads));
    std::atomic<std::uint64_t> begin{std::numeric_limits<std::uint64_t>::max()};
    std::atomic<std::uint64_t> end{0};
    run_team(threads, where, [&](unsigned me) {
        line.arrive_and_wait();
        const std::uint64_t at = machine::now();
        for (auto seen = begin.load(); at < seen && !begin.compare_exchange_weak(seen, at);) {
        }
        body(me);
        const std::uint64_t done = machine::now();
        for (auto seen = end.load(); done > seen && !end.compare_exchange_weak(seen, done);) {
        }
    });
    const usage after = used();
    return {.nanoseconds = static_cast<double>(end.load() - begin.load()),
            .cpu_nanoseconds = after.cpu_nanoseconds - before.cpu_nanoseconds,
            .switches = after.switches - before.switches};
}

template <class Generation>
class model_subject final : public subject {
    template <class Program>
    using counter = interpreted<machine, Generation, Program>;
    using plain = counter<interpreter::plain_add>;

public:
    explicit model_subject(const speed& like)
        : subject("model-" + std::string(Generation::name)),
          counting_(
              work_for(like.increment_ns, [](interpreter::pace pace) { return count_ns(pace); })),
          computing_(
              work_for(like.compute_ns, [](interpreter::pace pace) { return compute_ns(pace); })) {}

    std::vector<counted> run_in_turn(const task& what) override {
        std::vector<counted> results;
        for (const unsigned threads : what.threads)
            results.push_back(run_once(what, threads));
        return results;
    }

    responses respond(unsigned computing, std::uint64_t interval, unsigned questions) override {
        responses result;
        std::array<int, 2> to{};
        std::array<int, 2> from{};
        if (pipe(to.data()) != 0) return {{}, "no pipe can be made"};
        if (pipe(from.data()) != 0) {
            close(to[0]);
            close(to[1]);
            return {{}, "no pipe can be made"};
        }
        interpreter::pace pace{.work = computing_};
        if (interval != 0) pace.interval = interval;
        plain shared(pace);
        std::atomic<bool> stop{false};
        std::thread client([&] {
            result.waits =
                ask({.to = to[1],
                     .from = from[0],
                     .questions = questions,
                     .rest = std::max<std::uint64_t>(interval + interval / 2, 1'000'000)});
            if (result.waits.size() != questions) result.error = "stopped answering";
            close(to[1]);
        });
        run_team(computing + 1, placement::anywhere, [&](unsigned me) {
            typename plain::node mine;
            shared.enter(mine);
            if (me != 0)
                while (!stop.load(std::memory_order_relaxed))
                    shared.compute(mine, 100);
            else
                answer(shared, mine, to[0], from[1]);
            shared.leave(mine);
            if (me == 0) stop.store(true, std::memory_order_relaxed);
        });
        client.join();
        close(to[0]);
        close(from[0]);
        close(from[1]);
        return result;
    }

    bool mix(unsigned threads, std::uint64_t increments, std::uint64_t local,
             counted& result) override {
        // Each increment inside a lock that makes it right: the program's own.
        using program = counter<interpreter::locked_add>;
        result = run<program>({.work = counting_}, threads, placement::anywhere,
                              [&](auto& shared, auto& mine) {
                                  shared.enter(mine);
                                  for (std::uint64_t n = 0; n != increments; ++n) {
                                      shared.run(mine, 1);
                                      shared.compute(mine, local);
                                  }
                                  shared.leave(mine);
                              });
        return true;
    }

    fate of(std::string_view program) const override {
        bool loses = false;
        if (program == interpreter::plain_add::name)
            loses = Generation::template loses<interpreter::plain_add>;
        if (program == interpreter::add_of_call::name)
            loses = Generation::template loses<interpreter::add_of_call>;
        return loses ? fate::may_lose : fate::exact;
    }

    bool has_interval() const override {
        return requires { Generation::template global<machine>::interval_default; };
    }
    bool can_be_placed() const override { return true; }
    bool is_model() const override { return true; }

private:
    counted run_once(const task& what, unsigned threads) const {
        interpreter::pace pace;
        if (what.shortest) {
            pace.every = 0;
            pace.interval = 1'000;
        }
        if (what.program == "compute") {
            pace.work = computing_;
            return run<plain>(pace, threads, what.where, [&](auto& shared, auto& mine) {
                shared.enter(mine);
                shared.compute(mine, what.increments * ticks_of_a_round);
                shared.leave(mine);
            });
        }
        pace.work = counting_;
        const auto add = [&](auto& shared, auto& mine) { shared.add(mine, what.increments); };
        if (what.program == interpreter::plain_add::name)
            return run<plain>(pace, threads, what.where, add);
        if (what.program == interpreter::add_of_call::name)
            return run<counter<interpreter::add_of_call>>(pace, threads, what.where, add);
        return run<counter<interpreter::locked_add>>(pace, threads, what.where, add);
    }

    template <class Counter, class Body>
    static counted run(const interpreter::pace& pace, unsigned threads, placement where,
                       Body body) {
        Counter shared(pace);
        counted result = timed(threads, where, [&](unsigned) {
            typename Counter::node mine;
            body(shared, mine);
            keep(mine.noise);
        });
        result.number = shared.read();
        return result;
    }

    static void keep(std::uint64_t value) { asm volatile("" : : "r"(value)); }

    // The interpreter's lock is let go around each call of the system, as CPython does.
    static void answer(plain& shared, typename plain::node& mine, int questions, int answers) {
        for (;;) {
            char byte = 0;
            shared.leave(mine);
            const auto got = read(questions, &byte, 1);
            shared.enter(mine);
            if (got != 1) return;
            shared.compute(mine, 20);  // from the return of one call to the next
            shared.leave(mine);
            const auto put = write(answers, &byte, 1);
            shared.enter(mine);
            if (put != 1) return;
        }
    }

    // CPU time of one round on this thread, so that a busy machine does not slow the model down.
    template <class Body>
    static double cpu_ns(const interpreter::pace& pace, std::uint64_t rounds, Body body) {
        plain shared(pace);
        typename plain::node mine;
        const auto now = [] {
            timespec time{};
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
            return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
        };
        const double begin = now();
        body(shared, mine);
        const double spent = now() - begin;
        keep(mine.noise);
        return spent / static_cast<double>(rounds);
    }
    static double count_ns(const interpreter::pace& pace) {
        constexpr std::uint64_t rounds = 50'000;
        return cpu_ns(pace, rounds, [](auto& shared, auto& mine) { shared.add(mine, rounds); });
    }
    static double compute_ns(const interpreter::pace& pace) {
        constexpr std::uint64_t rounds = 50'000;
        return cpu_ns(pace, rounds, [](auto& shared, auto& mine) {
            shared.enter(mine);
            shared.compute(mine, rounds * ticks_of_a_round);
            shared.leave(mine);
        });
    }

    // The cost of a byte code at which a round takes `wanted_ns`. Steps are a nanosecond or so, so
    // the outcome is within some per cent of what is wanted; the best of each, for the machine
    // has other work.
    template <class Measure>
    static std::uint32_t work_for(double wanted_ns, Measure measure) {
        const auto best = [&](std::uint32_t work) {
            double ns = std::numeric_limits<double>::max();
            for (int attempt = 0; attempt != 5; ++attempt)
                ns = std::min(ns, measure(interpreter::pace{.work = work}));
            return ns;
        };
        constexpr std::uint32_t few = 2;
        constexpr std::uint32_t many = 18;
        const double at_few = best(few);
        const double step = std::max((best(many) - at_few) / (many - few), 0.01);
        const double work = few + (wanted_ns - at_few) / step;
        return static_cast<std::uint32_t>(std::clamp(std::lround(work), 0L, 10'000L));
    }

    std::uint32_t counting_;
    std::uint32_t computing_;
};

}  // namespace

std::unique_ptr<subject> model_of_cpython_2(const speed& like) {
    return std::make_unique<model_subject<interpreter::cpython_2>>(like);
}
std::unique_ptr<subject> model_of_cpython_3_2(const speed& like) {
    return std::make_unique<model_subject<interpreter::cpython_3_2>>(like);
}
std::unique_ptr<subject> model_of_cpython_3_10(const speed& like) {
    return std::make_unique<model_subject<interpreter::cpython_3_10>>(like);
}
std::unique_ptr<subject> model_of_fair_io(const speed& like) {
    return std::make_unique<model_subject<interpreter::fair_io>>(like);
}
std::unique_ptr<subject> model_of_free_threaded(const speed& like) {
    return std::make_unique<model_subject<interpreter::free_threaded>>(like);
}
std::unique_ptr<subject> model_of_no_lock(const speed& like) {
    return std::make_unique<model_subject<interpreter::no_lock>>(like);
}

}  // namespace tally::interpreters
