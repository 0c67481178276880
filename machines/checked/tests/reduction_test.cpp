// The reduction, put to the test with programs drawn at random. (Seeds are fixed: the programs are
// the same every time. tally-checked-fuzz draws others.)
#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "cmake/catch2.hpp"
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
    for (std::uint32_t seed = first; seed != last; ++seed) {
        // Each program at the bounds that are the default, and at another pair in turn.
        for (const bounds& with : {all_bounds()[0], all_bounds()[seed % all_bounds().size()]}) {
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
    CHECK(reduced_total <= distinct_total + distinct_total / 20);
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
