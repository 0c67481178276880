// SPDX-License-Identifier: MIT
// The reduction, put to the test with programs drawn at random. (Seeds are fixed: the programs are
// the same every time. tally-checked-fuzz draws others.)
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <set>
#include <string>
#include <type_traits>

#include "kit/catch2.hpp"
#include "machines/checked/checked.hpp"
#include "machines/checked/tests/random_programs.hpp"

using namespace tally;
using namespace tally::model;
using namespace tally::model::tests;

namespace {

void compare_all(const std::string& name, std::uint32_t first, std::uint32_t last) {
    const auto of = std::find_if(mixtures().begin(), mixtures().end(),
                                 [&](const mixture& each) { return each.name == name; });
    REQUIRE(of != mixtures().end());
    std::uint64_t reduced_total = 0;
    std::uint64_t distinct_total = 0;
    unsigned compared = 0;
    const auto& tried = bounds_of(*of);
    for (std::uint32_t seed = first; seed != last; ++seed) {
        // Each program at the bounds that are the default, and at another pair in turn.
        for (const std::size_t nth : std::set<std::size_t>{0, seed % tried.size()}) {
            const bounds& with = tried[nth];
            INFO(name << ", seed " << seed << ", " << with.timeouts << " timeouts, "
                      << with.spurious << " spurious");
            const comparison seen = compare(*of, seed, with);
            CHECK(seen.complaint == "");
            if (!seen.compared) continue;
            ++compared;
            reduced_total += seen.executions;
            distinct_total += seen.distinct;
        }
    }
    CHECK(compared > (last - first) / 10);  // not a test of failing programs only
    // One graph reached twice is possible where awaits are refused: see docs/checked-machine.md.
    CHECK(reduced_total <= distinct_total + distinct_total / (of->alike ? 6 : 20));
}

}  // namespace

TEST_CASE("reduction: accesses and fences, all orders") { compare_all("accesses", 1, 150); }
TEST_CASE("reduction: awaits") { compare_all("awaits", 1, 300); }
TEST_CASE("reduction: awaits that run out of time, and weak compare-exchanges") {
    compare_all("timeouts", 1, 150);
}
TEST_CASE("reduction: sleepers and wake-ups") { compare_all("futex", 1, 300); }
TEST_CASE("reduction: ordinary memory, and objects that come and go") {
    compare_all("memory", 1, 300);
}
TEST_CASE("reduction: loops that spin") { compare_all("spin", 1, 150); }

TEST_CASE("reduction: loops that swap until they may go on") { compare_all("swaps", 1, 40); }

TEST_CASE("symmetry: accesses and fences of threads alike") {
    compare_all("accesses-alike", 1, 60);
}
TEST_CASE("symmetry: awaits of threads alike") { compare_all("awaits-alike", 1, 90); }
TEST_CASE("symmetry: timeouts of threads alike") { compare_all("timeouts-alike", 1, 60); }
TEST_CASE("symmetry: sleepers of threads alike") { compare_all("futex-alike", 1, 60); }
TEST_CASE("symmetry: ordinary memory of threads alike") { compare_all("memory-alike", 1, 60); }
TEST_CASE("symmetry: loops that spin of threads alike") { compare_all("spin-alike", 1, 60); }

namespace {

// Executions and graphs of three threads alike, with and without use of that.
template <class Body>
void find_the_same(Body body, std::uint64_t graphs) {
    for (const bool symmetry : {false, true}) {
        INFO("symmetry " << symmetry);
        options with;
        with.symmetry = symmetry;
        with.count_renamed = true;
        with.after_failure = 1000000;
        const result found = explore(
            [&] {
                checked::atomic<int> word{0};
                checked::team::run_alike(3, [&](unsigned) { body(word); });
                return outcome{true, ""};
            },
            with);
        CHECK(found.complete);
        CHECK(found.distinct_graphs == graphs);
    }
}

}  // namespace

// The halves of a neighbour's exchange were parted, and 33 graphs of 280 were missing.
TEST_CASE("symmetry: a twin depends on both halves of a read-modify-write") {
    find_the_same(
        [](auto& word) {
            word.exchange(1, relaxed);
            word.store(0, relaxed);
            word.exchange(1, relaxed);
        },
        280);
}

// A waiter that had been asked about older stores was not asked again about one that was made later
// and placed before the newest: 6 graphs of 156 were missing.
TEST_CASE("symmetry: a store that is made later and is not the newest may end a wait") {
    find_the_same(
        [](auto& word) {
            if (word.exchange(1, relaxed) != 0)
                word.await([](int now) { return now == 0; }, relaxed);
            word.store(0, relaxed);
            word.store(1, relaxed);
        },
        156);
}

namespace {

// Two threads, each twice: a lock taken by swaps until one succeeds, and left unless `keep` says
// so.
template <class Turn>
result swap_until_free(Turn lock, bool keep = false) {
    options with;
    with.executions = 10000;
    return explore(
        [&] {
            checked::atomic<int> held{0};
            checked::plain<int> counter{0};
            checked::team::run(2, [&](unsigned) {
                for (int round = 0; round != 2; ++round) {
                    lock(held);
                    counter.write(counter.read() + 1);
                    if (!keep) held.store(0, release);
                }
            });
            return outcome{counter.read() == 4, ""};
        },
        with);
}

}  // namespace

// A failed swap made a store each time, and no search ended.
TEST_CASE("reduction: a loop that swaps until the lock is free is decided") {
    const result found = swap_until_free([](auto& held) {
        while (held.exchange(1, acquire) != 0)
            checked::pause();
    });
    CHECK(found.complete);
    CHECK_FALSE(found.failed());
    CHECK(found.executions <= 40);
    CHECK(found.executions == found.distinct_graphs);
    const result weak = swap_until_free([](auto& held) {
        while (held.exchange(1, relaxed) != 0)
            checked::pause();
    });
    REQUIRE(weak.failed());
    CHECK(weak.failures[0].kind == failure_kind::race);
}

TEST_CASE("reduction: a loop that swaps for ever is stuck") {
    const result found = swap_until_free(
        [](auto& held) {
            while (held.exchange(1, acquire) != 0)
                checked::pause();
        },
        true);
    REQUIRE(found.failed());
    CHECK(found.failures[0].kind == failure_kind::deadlock);
}

// Each turn swaps, and only its number tells it from the one before.
TEST_CASE("reduction: a loop of swaps that counts its turns is left when it has counted them") {
    for (const bool reduction : {false, true}) {
        options with;
        with.reduction = reduction;
        const result found = explore(
            [] {
                checked::atomic<int> held{1};
                int turns = 0;
                checked::team::run(1, [&](unsigned) {
                    while (turns != 100 && held.exchange(1, acquire) != 0) {
                        ++turns;
                        checked::pause();
                    }
                });
                return outcome{turns == 100, ""};
            },
            with);
        CHECK(found.complete);
        CHECK_FALSE(found.failed());
    }
}

// A turn that changes memory is not left out, though it read what the turn before it had read.
TEST_CASE("reduction: a turn that changes memory is kept") {
    const result found = explore([] {
        checked::atomic<int> word{0};
        std::string seen;
        checked::team::run(2, [&](unsigned me) {
            if (me == 1) {
                for (int turn = 0; turn != 3; ++turn) {
                    word.exchange(1, relaxed);
                    word.exchange(0, relaxed);
                    checked::pause();
                }
                return;
            }
            for (int look = 0; look != 5; ++look)
                seen += std::to_string(word.load(relaxed));
        });
        return outcome{true, seen};
    });
    CHECK(found.complete);
    CHECK(found.outcomes.count("10101") == 1);
}

// Whoever asks for its number, or does what its number says, is not alike.
TEST_CASE("symmetry: threads that promise to be alike and are not are searched as they are") {
    const auto searched = [](bool asks, bool symmetry) {
        options with;
        with.symmetry = symmetry;
        return explore(
            [&] {
                checked::atomic<int> words[2]{{0}, {0}};
                int seen[2]{};
                checked::team::run_alike(2, [&](unsigned me) {
                    const unsigned which = asks ? checked::cpu() - 1 : me;
                    words[which].store(1, relaxed);
                    seen[me] = words[1 - which].load(relaxed);
                });
                return outcome{true, std::to_string(seen[0]) + std::to_string(seen[1])};
            },
            with);
    };
    for (const bool asks : {false, true}) {
        const result all = searched(asks, false);
        const result found = searched(asks, true);
        CHECK(all.executions == 4);
        CHECK(found.executions == 4);
        CHECK(found.outcomes.size() == 4);
        CHECK(found.complete);
    }
}

// The race ends no search: what comes after it may change what came before, and then fail
// otherwise.
TEST_CASE("reduction: a race does not hide the deadlock that a later store leads to") {
    const auto of = std::find_if(mixtures().begin(), mixtures().end(),
                                 [](const mixture& each) { return each.name == "memory"; });
    REQUIRE(of != mixtures().end());
    for (const std::uint32_t seed : {50025U, 50574U})
        CHECK(compare(*of, seed, bounds_of(*of)[0]).complaint == "");
}

TEST_CASE("symmetry: a race and a deadlock of threads alike are found") {
    const result race = explore([] {
        checked::plain<int> number{0};
        checked::team::run_alike(3, [&](unsigned) { number.write(number.read() + 1); });
        return outcome{};
    });
    REQUIRE(race.failures.size() == 1);
    CHECK(race.failures[0].kind == failure_kind::race);
    const result stuck = explore([] {
        checked::atomic<int> word{0};
        checked::team::run_alike(2, [&](unsigned) {
            if (word.exchange(1, relaxed) == 1)
                word.await([](int now) { return now == 0; }, relaxed);
        });
        return outcome{};
    });
    REQUIRE(stuck.failures.size() == 1);
    CHECK(stuck.failures[0].kind == failure_kind::deadlock);
}

// What a fuzz once found: kept, so that it stays found.
TEST_CASE("reduction: a revisit may cut away an await that had been refused by an older store") {
    const auto of = std::find_if(mixtures().begin(), mixtures().end(),
                                 [](const mixture& each) { return each.name == "timeouts"; });
    REQUIRE(of != mixtures().end());
    const comparison seen = compare(*of, 1025450183, {.timeouts = 0, .spurious = 1});
    CHECK(seen.compared);
    CHECK(seen.complaint == "");
}

// An await that lags (the newest store does not satisfy it, an older one does) may read the older
// one, whoever else is waiting: what follows from that is not to be missed.
TEST_CASE("reduction: an await that lags may read an older store at the limit of timeouts") {
    const program shape = [] {
        checked::atomic<int> y{0};
        int seen[3]{9, 9, 9};
        checked::team::run(2, [&](unsigned me) {
            if (me == 0) {
                y.store(1, relaxed);
                return;
            }
            const auto is = [](int wanted) { return [wanted](int now) { return now == wanted; }; };
            seen[0] = y.await_for(is(1), relaxed, 1000);
            seen[1] = y.await_for(is(1), relaxed, 1000);
            seen[2] = y.await_for(is(0), relaxed, 1000);
        });
        return outcome{seen[0] != 0 || seen[1] != 0 || seen[2] != 0, "all of them read 0"};
    };
    for (const bool reduction : {false, true})
        for (const unsigned timeouts : {2U, 3U}) {
            options with;
            with.reduction = reduction;
            with.timeouts = timeouts;
            INFO((reduction ? "reduced, " : "plain, ") << timeouts << " timeouts");
            CHECK(explore(shape, with).failed());
        }
}
TEST_CASE("reduction: a deadlock does not hide the race behind it") {
    const program shape = [] {
        checked::atomic<int> x{0};
        checked::plain<int> memory{0};
        checked::team::run(2, [&](unsigned me) {
            if (me == 0) {
                x.store(1, relaxed);
                x.store(2, relaxed);
            } else {
                x.await([](int now) { return now == 1; }, relaxed);
            }
            memory.write(1);
        });
        return outcome{};
    };
    const result found = explore(shape);
    const auto has = [&](failure_kind kind) {
        return std::any_of(found.failures.begin(), found.failures.end(),
                           [&](const failure& each) { return each.kind == kind; });
    };
    CHECK(has(failure_kind::deadlock));
    CHECK(has(failure_kind::race));
}

namespace {

// Three bytes of it are padding.
struct padded {
    char kind;
    int value;
};

// A value over memory that held something else. Out of line: an optimiser that sees all of it may
// leave the padding out of its copies.
[[gnu::noinline]] void make_over(unsigned char dirt, char kind, int value, padded& made) {
    std::memset(&made, dirt, sizeof made);
    made.kind = kind;
    made.value = value;
    asm volatile("" : : "r"(&made) : "memory");
}

}  // namespace

TEST_CASE("checked: a compare-exchange compares values, not padding") {
    static_assert(!std::has_unique_object_representations_v<padded>);
    const program shape = [] {
        padded first;
        make_over(0xAA, 1, 7, first);
        checked::atomic<padded> word{first};
        std::string answers;
        checked::team::run(1, [&](unsigned) {
            const auto exchange = [&](padded expected, unsigned char dirt, char kind, int value) {
                padded desired;
                make_over(dirt, kind, value, desired);
                const bool equal =
                    word.compare_exchange_strong(expected, desired, relaxed, relaxed);
                answers += equal ? 'y' : 'n';
            };
            padded expected;
            make_over(0x55, 1, 7, expected);
            exchange(expected, 0x33, 2, 7);
            make_over(0x11, 2, 7, expected);
            exchange(expected, 0x77, 2, 9);
            make_over(0x77, 1, 9, expected);  // another kind
            exchange(expected, 0x77, 3, 3);
            make_over(0x77, 2, 8, expected);  // another value
            exchange(expected, 0x77, 3, 3);
        });
        return outcome{answers == "yynn", answers};
    };
    for (const bool reduction : {false, true}) {
        options with;
        with.reduction = reduction;
        const result seen = explore(shape, with);
        CHECK_FALSE(seen.failed());
        CHECK(seen.outcomes.count("yynn") == 1);
    }
}
