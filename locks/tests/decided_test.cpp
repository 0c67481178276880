// SPDX-License-Identifier: MIT
// Locks decided, and weakened locks caught: what the checker is for.
#include <sys/mman.h>

#include <new>

#include "kit/catch2.hpp"
#include "locks/queue/clh.hpp"
#include "locks/queue/mcs.hpp"
#include "locks/spin/tas.hpp"
#include "locks/spin/ticket.hpp"
#include "locks/spin/ttas.hpp"
#include "machines/checked/checked.hpp"
#include "machines/checked/explorer.hpp"
#include "machines/parking.hpp"

using namespace tally;
using namespace tally::model;

namespace {

template <class Lock>
program counting(unsigned threads, unsigned rounds) {
    return [=] {
        Lock lock;
        checked::plain<std::uint64_t> number{0};
        checked::team::run_alike(threads, [&](unsigned) {
            typename Lock::node mine;
            for (unsigned round = 0; round != rounds; ++round) {
                lock.lock(mine);
                number.write(number.read() + 1);
                lock.unlock(mine);
            }
        });
        const std::uint64_t counted = number.read();
        return outcome{counted == std::uint64_t{threads} * rounds,
                       "counted " + std::to_string(counted)};
    };
}

template <class Lock>
result decided(unsigned threads, unsigned rounds) {
    const result found = explore(counting<Lock>(threads, rounds));
    CHECK(found.complete);
    CHECK_FALSE(found.failed());
    CHECK(found.outcomes.size() == 1);
    WARN(threads << " x " << rounds << ": " << found.executions << " executions, " << found.blocked
                 << " redundant, " << found.distinct_graphs << " graphs, " << found.cpu_seconds
                 << " s of CPU, " << found.executions_per_second() << " a second");
    return found;
}

// Every order of a site weakened to relaxed: is it noticed?
template <class Lock>
std::vector<std::string> unnoticed(unsigned threads, unsigned rounds) {
    const program run = counting<Lock>(threads, rounds);
    std::vector<std::string> survivors;
    for (const access_site& site : explore(run).sites) {
        std::vector<std::memory_order> weaker;
        if (site.order == seq_cst) weaker = {acq_rel};
        if (site.order == acq_rel) weaker = {acquire, release};
        if (site.order == acquire || site.order == release) weaker = {relaxed};
        for (const auto to : weaker) {
            options with;
            with.after_failure = 0;
            with.weakened = {{site.where, site.on_failure, to}};
            const result found = explore(run, with);
            if (found.failed()) {
                // In a fresh search, its replay string leads to the same failure.
                options again;
                again.weakened = with.weakened;
                again.replay = found.failures[0].replay;
                const result replayed = explore(run, again);
                CHECK(replayed.failed());
                if (replayed.failed()) CHECK(replayed.failures[0].kind == found.failures[0].kind);
            } else {
                survivors.push_back(
                    std::string(to_string(site.op)) + " " + std::to_string(site.where.line) + ":" +
                    std::to_string(site.where.column) + " to " + std::string(to_string(to)));
            }
        }
    }
    return survivors;
}

}  // namespace

TEST_CASE("ticket is decided in one execution for each order of arrival") {
    // 6! / (2! 2! 2!) orders, and the three threads are alike.
    CHECK(decided<ticket<checked>>(3, 2).executions == 90 / 6);
}
TEST_CASE("mcs is decided") {
    CHECK(decided<mcs<checked>>(3, 1).executions <= 34);
    const result found = decided<mcs<checked>>(3, 2);
    CHECK(found.executions == 17670 / 6);
    CHECK(found.executions == found.distinct_graphs);
}
TEST_CASE("clh is decided") { CHECK(decided<clh<checked>>(4, 2).executions == 2520 / 24); }
TEST_CASE("tas is decided") { CHECK(decided<tas<checked>>(3, 2).executions == 90 / 6); }
TEST_CASE("ttas is decided") {
    CHECK(decided<ttas<checked>>(3, 1).executions <= 17);
    const result found = decided<ttas<checked>>(4, 1);
    CHECK(found.distinct_graphs == 8472 / 24);
    CHECK(found.executions + found.blocked <= (15294 + 384) / 3);
}

TEST_CASE("workers: processes that share a search find what one finds") {
    for (const bool alike : {true, false}) {
        options with;
        with.symmetry = alike;
        const result one = explore(counting<ttas<checked>>(4, 1), with);
        for (const unsigned workers : {2U, 3U}) {
            with.workers = workers;
            with.share_after = 100;
            const result shared = explore(counting<ttas<checked>>(4, 1), with);
            CHECK(shared.executions == one.executions);
            CHECK(shared.blocked == one.blocked);
            CHECK(shared.distinct_graphs == one.distinct_graphs);
            CHECK(shared.outcomes.size() == 1);
            CHECK(shared.outcomes.begin()->second.times == one.executions);
            CHECK(shared.sites.size() == one.sites.size());
            CHECK(shared.verdict == "complete");
        }
    }
}

namespace {

// Three threads that pass a ticket lock twice, and count themselves before and after. `between` is
// done by a thread that comes between another's two additions: which is tried last, long after the
// work has been shared.
template <class Between>
result passing(options with, unsigned workers, Between between) {
    with.workers = workers;
    with.share_after = 100;
    return explore(
        [=] {
            ticket<checked> lock;
            checked::atomic<int> passed{0};
            checked::plain<int> number{0};
            outcome seen;
            checked::team::run_alike(3, [&](unsigned) {
                ticket<checked>::node mine;
                if (passed.fetch_add(1, relaxed) == 1) between(seen);
                for (int round = 0; round != 2; ++round) {
                    lock.lock(mine);
                    number.write(number.read() + 1);
                    lock.unlock(mine);
                }
                passed.fetch_add(1, relaxed);
            });
            return seen;
        },
        with);
}

}  // namespace

TEST_CASE("workers: a failure that another process finds is told whole") {
    const auto go_wrong = [](outcome& seen) { seen = {false, "came between"}; };
    const result one = passing({}, 1, go_wrong);
    REQUIRE(one.failed());
    for (int again = 0; again != 3; ++again) {
        const result shared = passing({}, 2, go_wrong);
        REQUIRE(shared.failed());
        CHECK(shared.failures[0].what == "came between");
        CHECK_FALSE(shared.failures[0].story.empty());
        CHECK_FALSE(shared.failures[0].replay.empty());
    }
}

TEST_CASE("workers: threads that turn out not to be alike are searched as they are") {
    const auto ask = [](outcome&) { (void)checked::cpu(); };
    options with;
    with.symmetry = false;
    const result all = passing(with, 1, ask);
    const result found = passing({}, 2, ask);
    CHECK(found.executions == all.executions);
    CHECK(found.distinct_graphs == all.distinct_graphs);
    CHECK(found.verdict == "complete");
}

TEST_CASE("mcs: every weakening is caught") {
    const auto survivors = unnoticed<mcs<checked>>(2, 2);
    for (const auto& s : survivors)
        WARN("survives: " << s);
    CHECK(survivors.empty());
}
TEST_CASE("ticket: every weakening is caught") { CHECK(unnoticed<ticket<checked>>(2, 2).empty()); }
TEST_CASE("tas: every weakening is caught") { CHECK(unnoticed<tas<checked>>(2, 2).empty()); }

// The classic of weak memory: a waiter's own `granted = 0` may be ordered after the hand-over.
TEST_CASE("a waiter's own reset that overwrites the hand-over is a deadlock, or a race") {
    const program run = [] {
        checked::atomic<int> granted{1};
        checked::atomic<int> linked{0};
        checked::team::run(2, [&](unsigned me) {
            if (me == 0) {
                granted.store(0, relaxed);
                linked.store(1, relaxed);  // release is needed here
                granted.await([](int now) { return now == 2; }, acquire);
            } else {
                linked.await([](int now) { return now == 1; }, acquire);
                granted.store(2, release);
            }
        });
        return outcome{};
    };
    const result found = explore(run);
    REQUIRE(found.failed());
    CHECK(found.failures[0].kind == failure_kind::deadlock);
    // With stores at the end of modification order only, it is not to be seen.
    options blind;
    blind.broken = breakage::append_only_stores;
    CHECK_FALSE(explore(run, blind).failed());
}

TEST_CASE("parking: no wake-up is lost") {
    const program run = [] {
        parking_table<checked, 1> table;
        checked::atomic<std::uint32_t> word{0};
        checked::team::run(2, [&](unsigned me) {
            if (me == 0)
                table.await(word, [](std::uint32_t now) { return now == 1; });
            else
                table.signal(word, 1U);
        });
        return outcome{};
    };
    const result found = explore(run);
    CHECK(found.complete);
    CHECK_FALSE(found.failed());
}

TEST_CASE("two unlocked increments end at 1 or 2, and are a race") {
    const program run = [] {
        checked::plain<int> number{0};
        checked::team::run(2, [&](unsigned) { number.write(number.read() + 1); });
        return outcome{true, std::to_string(number.read())};
    };
    const result raced = explore(run);
    REQUIRE(raced.failed());
    CHECK(raced.failures[0].kind == failure_kind::race);
    options values;
    values.races = false;
    const result found = explore(run, values);
    CHECK(found.complete);
    CHECK(found.outcomes.size() == 2);
    CHECK(found.outcomes.count("1") == 1);
    CHECK(found.outcomes.count("2") == 1);
}

TEST_CASE("what is read between two teams is what the first one left") {
    const result found = explore([] {
        checked::atomic<int> number{0};
        const auto both_add = [&] {
            checked::team::run(2, [&](unsigned) { number.fetch_add(1, relaxed); });
        };
        both_add();
        const int between = number.load(relaxed);
        both_add();
        return outcome{between == 2 && number.load(relaxed) == 4,
                       std::to_string(between) + " then " + std::to_string(number.load(relaxed))};
    });
    CHECK(found.complete);
    CHECK_FALSE(found.failed());
    CHECK(found.executions == 4);  // two orders in each team
}

TEST_CASE("an object is used after its end") {
    const program run = [] {
        checked::atomic<checked::atomic<int>*> where{nullptr};
        checked::team::run(2, [&](unsigned me) {
            if (me == 0) {
                checked::atomic<int> mine{1};
                where.signal(&mine, release);
            } else {
                where.await([](auto* at) { return at != nullptr; }, acquire)->store(2, relaxed);
            }
        });
        return outcome{};
    };
    const result found = explore(run);
    REQUIRE(found.failed());
    CHECK(found.failures[0].kind == failure_kind::use_after_free);
}

// Of a futex only the address counts: the word may be gone, and its memory too.
TEST_CASE("a wake-up at a word whose memory is gone is nothing, and another use of it is misuse") {
    using word = checked::atomic<int>;
    constexpr std::size_t page = 4096;
    void* const memory =
        ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    const auto use = [&](auto&& how) {
        return explore([&] {
            ::mprotect(memory, page, PROT_READ | PROT_WRITE);
            auto* const gone = new (memory) word(0);
            gone->~word();
            checked::team::run(2, [&](unsigned) { how(*gone); });
            return outcome{};
        });
    };
    const result woken = use([&](word& gone) {
        ::mprotect(memory, page, PROT_NONE);
        gone.notify_one();
        gone.notify_all();
    });
    CHECK(woken.complete);
    CHECK_FALSE(woken.failed());
    const result used = use([](word& gone) { gone.store(1, relaxed); });
    REQUIRE(used.failed());
    CHECK(used.failures[0].kind == failure_kind::uninitialised);
    ::munmap(memory, page);
}

TEST_CASE("a wake-up may come after the woken one has ended the word's life, a store may not") {
    const auto handed_over = [](bool stores_late) {
        return explore([=] {
            checked::atomic<checked::atomic<int>*> where{nullptr};
            checked::team::run(2, [&](unsigned me) {
                if (me == 0) {
                    checked::atomic<int> mine{0};
                    where.signal(&mine, release);
                    while (mine.load(acquire) == 0)
                        mine.wait(0, relaxed);
                } else {
                    auto* const word = where.await([](auto* at) { return at != nullptr; }, acquire);
                    word->store(1, release);
                    word->notify_one();
                    if (stores_late) word->store(2, relaxed);
                }
            });
            return outcome{};
        });
    };
    const result woken = handed_over(false);
    CHECK(woken.complete);
    CHECK_FALSE(woken.failed());
    const result stored = handed_over(true);
    REQUIRE(stored.failed());
    CHECK(stored.failures[0].kind == failure_kind::use_after_free);
}

TEST_CASE("what the program does after its team is done again in each execution") {
    const result found = explore([] {
        checked::atomic<int> number{0};
        checked::plain<int> told{0};
        checked::team::run(2,
                           [&](unsigned me) { number.store(static_cast<int>(me) + 1, relaxed); });
        const int first = number.load(relaxed);
        number.store(first + 10, relaxed);
        told.write(number.load(relaxed));
        checked::team::run(2, [&](unsigned) { number.fetch_add(1, relaxed); });
        return outcome{number.load(relaxed) == told.read() + 2,
                       std::to_string(first) + " " + std::to_string(told.read())};
    });
    CHECK(found.complete);
    CHECK_FALSE(found.failed());
    CHECK(found.executions == 4);
    CHECK(found.outcomes.count("1 11") == 1);
    CHECK(found.outcomes.count("2 12") == 1);
}

// Pauses that delay, as in a back-off, are no turns of a loop: however many there are, the accesses
// that follow are the ones that follow.
TEST_CASE("a delay of any length changes nothing but time") {
    std::uint64_t executions = 0;
    for (unsigned delay = 1; delay != 8; ++delay) {
        const result found = explore([=] {
            checked::atomic<int> held{0};
            checked::plain<int> number{0};
            checked::team::run(2, [&](unsigned) {
                for (int round = 0; round != 2; ++round) {
                    while (held.exchange(1, acquire) != 0) {
                        for (unsigned i = 0; i != delay; ++i)
                            checked::pause();
                        held.await([](int now) { return now == 0; }, relaxed);
                    }
                    number.write(number.read() + 1);
                    held.signal(0, release);
                }
            });
            return outcome{number.read() == 4, std::to_string(number.read())};
        });
        INFO("delay " << delay);
        CHECK(found.complete);
        CHECK_FALSE(found.failed());
        if (delay == 1) executions = found.executions;
        CHECK(found.executions == executions);
    }
    CHECK(executions != 0);
}
