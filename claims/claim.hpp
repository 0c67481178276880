// SPDX-License-Identifier: MIT
// A claim: one property of a lock or counter, as a program that a machine runs and that can be
// refuted.
//
// It is written once, against a machine: hammered with many rounds on `native`, decided with few
// rounds on `checked`. A claim is a class template with
//
//   static constexpr std::string_view sentence   what is claimed, as a person would say it
//   static constexpr bool applies_to(facts)      whether a lock claims it (claims/facts.hpp)
//   static verdict run(const script&)            one attempt to refute it
//
// run() starts its threads with on_team() and keeps in Machine::plain what the lock protects.
// Threads that must meet outside the lock do so through Machine::atomic. What a claim counts for
// itself is relaxed: a claim must not order what the lock forgets to order.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "claims/facts.hpp"
#include "machines/contract.hpp"

namespace tally::stress {

// Where a thread of a claim stands: for the watchdog's message when a run hangs.
enum class step : std::uint8_t { outside, acquiring, inside, releasing, done };

// Sees the threads of a claim from outside. Null on `checked`, where the explorer does the
// disturbing and the starting together.
class observer {
public:
    // Every thread first of all: returns when all have come, so that they start together.
    virtual void line_up(unsigned thread, unsigned threads) noexcept = 0;
    // Told of each step; may sleep, yield or burn time there to disturb the schedule.
    virtual void at(unsigned thread, step where) noexcept = 0;
    // Returns once `thread`, which has said or will say `acquiring`, waits in lock(): because
    // its machine announced it, or as far as can be seen from outside.
    virtual void until_announced(unsigned thread) noexcept = 0;
    virtual void until_seen_waiting(unsigned thread) noexcept = 0;

protected:
    ~observer() = default;
};

// How hard to try.
struct script {
    unsigned threads = 2;
    unsigned rounds = 2;  // per thread
    std::uint64_t seed = 1;
    observer* watched_by = nullptr;

    void line_up(unsigned thread, unsigned of) const noexcept {
        if (watched_by != nullptr) watched_by->line_up(thread, of);
    }
    void at(unsigned thread, step where) const noexcept {
        if (watched_by != nullptr) watched_by->at(thread, where);
    }
};

struct verdict {
    bool held = true;
    std::string how_broken = {};  // one clear sentence, when it did not hold
};

// What the threads of one run found wrong: each writes a place of its own, so that noting it
// orders nothing. The verdict is read after the team has ended.
class findings {
public:
    explicit findings(unsigned threads) : found_(threads) {}

    void note(unsigned thread, std::string what) {
        if (found_[thread].empty()) found_[thread] = std::move(what);
    }
    verdict conclude() const {
        for (const auto& what : found_)
            if (!what.empty()) return {false, what};
        return {};
    }

private:
    std::vector<std::string> found_;
};

// Runs body(0) .. body(threads - 1), lined up.
template <class Machine, class Body>
void on_team(const script& with, unsigned threads, Body body) {
    Machine::team::run(threads, [&](unsigned me) {
        with.line_up(me, threads);
        body(me);
        with.at(me, step::done);
    });
}

// The same, of threads that are alike: no matter which does what, and the verdict does not depend
// on it. A machine that tries every execution then tries one of those that differ in who is who.
template <class Machine, class Body>
void on_alike_team(const script& with, unsigned threads, Body body) {
    if constexpr (requires { Machine::team::run_alike(threads, [](unsigned) {}); })
        Machine::team::run_alike(threads, [&](unsigned me) { body(me); });
    else
        on_team<Machine>(with, threads, std::move(body));
}

// One passage through the lock, each step told.
template <class Lock, class Inside>
void pass(const script& with, unsigned me, Lock& lock, typename Lock::node& mine, Inside inside) {
    with.at(me, step::acquiring);
    lock.lock(mine);
    with.at(me, step::inside);
    inside();
    with.at(me, step::releasing);
    lock.unlock(mine);
    with.at(me, step::outside);
}

// Returns once `thread` of the running team, which has said or will say `acquiring`, waits in
// lock(). A machine that knows what its threads do says so itself; else the observer must.
template <class Machine>
void until_waiting(const script& with, unsigned thread) {
    if constexpr (requires { Machine::team::until_waiting(thread); })
        Machine::team::until_waiting(thread);
    else if constexpr (requires { Machine::announces; })
        with.watched_by->until_announced(thread);
    else
        with.watched_by->until_seen_waiting(thread);
}

// The words at which a claim's threads meet outside the lock. How the lock under test waits is no
// reason to wait for each other in the same way: a machine may have a better one for that.
template <class Machine>
struct meeting {
    using word = typename Machine::template atomic<std::uint32_t>;
};

// A small generator for choices that must replay from the script's seed (Vigna 2015,
// splitmix64).
class choices {
public:
    explicit choices(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }
    // 0 .. bound - 1; the bias of the remainder does not matter here.
    unsigned below(unsigned bound) noexcept { return static_cast<unsigned>(next() % bound); }

private:
    std::uint64_t state_;
};

}  // namespace tally::stress
