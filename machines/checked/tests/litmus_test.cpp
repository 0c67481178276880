// SPDX-License-Identifier: MIT
// The memory model, test by test: exactly the outcomes that C++20 allows, save load buffering.
//
// Shapes and names: Maranget, Sarkar, Sewell, "A tutorial introduction to the ARM and POWER relaxed
// memory models" (2012); Alglave, Maranget, Tautschnig, "Herding cats" (TOPLAS 2014). What is
// expected follows from C++20's own clauses, [intro.races] and [atomics.order]; the source of each
// test names the clause, and the paper that has the test. For seq_cst, C++20 follows P0668R5
// (Boehm, Giroux, Vafeiadis 2018), and that Lahav, Vafeiadis, Kang, Hur, Dreyer, "Repairing
// sequential consistency in C/C++11" (PLDI 2017). Release sequences: P0982R1 (Boehm, Giroux,
// Vafeiadis 2018), see [diff.cpp17.basic].
#include <set>

#include "kit/catch2.hpp"
#include "machines/checked/tests/litmus.hpp"

using namespace tally;
using namespace tally::model;
using namespace tally::model::tests;

namespace {

using words = std::set<std::string>;

// All strings of n binary digits.
words any(unsigned n) {
    words all{""};
    for (unsigned i = 0; i != n; ++i) {
        words longer;
        for (const auto& w : all) {
            longer.insert(w + "0");
            longer.insert(w + "1");
        }
        all = longer;
    }
    return all;
}
words any_but(unsigned n, const std::string& forbidden) {
    words all = any(n);
    all.erase(forbidden);
    return all;
}

struct litmus {
    std::string name;
    threads program;
    std::string finals;
    words allowed;
    const char* source;
};

// Relaxed: a load may read every store that coherence does not forbid it.
constexpr const char* coherence =
    "[intro.races]: write-write, read-read, read-write and write-read coherence, and nothing else";
// An acquire that reads from a release: what happens before the one is known to the other.
constexpr const char* synchronizes =
    "[atomics.order]/2, synchronizes with; [intro.races], happens before and coherence";
// Release and acquire do not order a store with a later load, nor what two threads see of two
// stores by others.
constexpr const char* no_edge =
    "[atomics.order]/2: no acquire here reads from a release in a way that orders these";
constexpr const char* batty_relaxed =
    "[intro.races], coherence; the relaxed example of Batty, Owens, Sarkar, Sewell, Weber, "
    "\"Mathematizing C++ concurrency\" (POPL 2011)";
constexpr const char* batty_acquire =
    "[atomics.order]/2: no acquire orders these; the release-acquire example of Batty et al. 2011";
constexpr const char* one_order = "[atomics.order]/4: one order S of all seq_cst operations";
constexpr const char* fence_order =
    "[atomics.order]/4, the conditions on fences, which P0668R5 strengthened (Lahav et al. 2017)";
constexpr const char* fence_synchronizes = "[atomics.fences]: a fence synchronizes";
constexpr const char* sequence = "[intro.races]/5, release sequence; P0982R1";

std::vector<litmus> table() {
    std::vector<litmus> all;
    const auto ra = [](std::memory_order order, bool store) {
        return order == acq_rel ? (store ? release : acquire) : order;
    };
    // The name of an order in a variant; acq_rel stands for release stores and acquire loads.
    struct variant {
        std::string name;
        std::memory_order order;
    };
    for (const auto& [name, order] :
         {variant{"relaxed", relaxed}, variant{"release-acquire", acq_rel},
          variant{"seq_cst", seq_cst}}) {
        const bool weak = order == relaxed;
        const bool sc = order == seq_cst;
        const auto by_order = [&](const char* if_relaxed, const char* if_acquire,
                                  const char* if_seq_cst) {
            return weak ? if_relaxed : sc ? if_seq_cst : if_acquire;
        };
        const auto r = ra(order, false);
        const auto w = ra(order, true);
        all.push_back({"SB " + name,
                       {{W(x, 1, w), R(y, r)}, {W(y, 1, w), R(x, r)}},
                       "",
                       sc ? any_but(2, "00") : any(2),
                       by_order(batty_relaxed, batty_acquire, one_order)});
        all.push_back({"MP " + name,
                       {{W(x, 1, w), W(y, 1, w)}, {R(y, r), R(x, r)}},
                       "",
                       weak ? any(2) : any_but(2, "10"),
                       by_order(batty_relaxed, synchronizes, synchronizes)});
        // C++ allows 11 when relaxed. Here it is not modelled: reads-from and program order
        // have no cycle.
        all.push_back({"LB " + name,
                       {{R(x, r), W(y, 1, w)}, {R(y, r), W(x, 1, w)}},
                       "",
                       any_but(2, "11"),
                       weak ? "not modelled: C++ allows 11 as well (Batty et al., POPL 2011)"
                            : synchronizes});
        all.push_back({"IRIW " + name,
                       {{W(x, 1, w)}, {W(y, 1, w)}, {R(x, r), R(y, r)}, {R(y, r), R(x, r)}},
                       "",
                       sc ? any_but(4, "1010") : any(4),
                       by_order(batty_relaxed, batty_acquire, one_order)});
        all.push_back(
            {"CoRR " + name, {{W(x, 1, w)}, {R(x, r), R(x, r)}}, "", any_but(2, "10"), coherence});
        all.push_back({"CoWW " + name,
                       {{W(x, 1, w), W(x, 2, w)}, {R(x, r)}},
                       "x",
                       {"0/2", "1/2", "2/2"},
                       coherence});
        all.push_back({"CoWR " + name,
                       {{W(x, 1, w), R(x, r)}, {W(x, 2, w)}},
                       "x",
                       {"1/1", "1/2", "2/2"},
                       coherence});
        all.push_back({"CoRW " + name,
                       {{R(x, r), W(x, 1, w)}, {W(x, 2, w)}},
                       "x",
                       {"0/1", "0/2", "2/1"},
                       coherence});
        all.push_back({"2+2W " + name,
                       {{W(x, 1, w), W(y, 2, w)}, {W(y, 1, w), W(x, 2, w)}},
                       "xy",
                       sc ? words{"/12", "/21", "/22"} : words{"/11", "/12", "/21", "/22"},
                       by_order(coherence, no_edge, one_order)});
        all.push_back({"WRC " + name,
                       {{W(x, 1, w)}, {R(x, r), W(y, 1, w)}, {R(y, r), R(x, r)}},
                       "",
                       weak ? any(3) : any_but(3, "110"),
                       by_order(batty_relaxed, synchronizes, synchronizes)});
        all.push_back({"ISA2 " + name,
                       {{W(x, 1, w), W(y, 1, w)}, {R(y, r), W(z, 1, w)}, {R(z, r), R(x, r)}},
                       "",
                       weak ? any(3) : any_but(3, "110"),
                       by_order(coherence, synchronizes, synchronizes)});
        all.push_back({"R " + name,
                       {{W(x, 1, w), W(y, 1, w)}, {W(y, 2, w), R(x, r)}},
                       "y",
                       sc ? words{"0/1", "1/1", "1/2"} : words{"0/1", "0/2", "1/1", "1/2"},
                       by_order(coherence, no_edge, one_order)});
        all.push_back({"S " + name,
                       {{W(x, 2, w), W(y, 1, w)}, {R(y, r), W(x, 1, w)}},
                       "x",
                       weak ? words{"0/1", "0/2", "1/1", "1/2"} : words{"0/1", "0/2", "1/1"},
                       by_order(coherence, synchronizes, synchronizes)});
        all.push_back({"RWC " + name,
                       {{W(x, 1, w)}, {R(x, r), R(y, r)}, {W(y, 1, w), R(x, r)}},
                       "",
                       sc ? any_but(3, "100") : any(3),
                       by_order(coherence, no_edge, one_order)});
        words z6;
        for (const auto& reads : any(2))
            for (const char* last : {"/1", "/2"})
                if (!sc || reads + last != "10/2") z6.insert(reads + last);
        all.push_back({"Z6 " + name,
                       {{W(x, 1, w), W(y, 1, w)}, {W(y, 2, w), W(z, 1, w)}, {R(z, r), R(x, r)}},
                       "y",
                       z6,
                       by_order(coherence, no_edge, one_order)});
        all.push_back(
            {"two additions " + name,
             {{Add(x, order)}, {Add(x, order)}},
             "x",
             {"01/2", "10/2"},
             "[atomics.order]/10: a read-modify-write reads the last value before its own"});
    }
    // What C++11 forbade and C++20 allows, 130: the release does not carry the store to x into the
    // order of seq_cst operations; a seq_cst store would.
    for (const auto order : {release, seq_cst}) {
        words seen{"010", "011", "030", "031", "120", "121",
                   "130", "131", "340", "341", "310", "311"};
        if (order == seq_cst) seen.erase("130");
        all.push_back({order == seq_cst ? "Z6.U seq_cst" : "Z6.U release",
                       {{W(x, 1, seq_cst), W(y, 1, order)},
                        {Add(y, seq_cst), R(y, relaxed)},
                        {W(y, 3, seq_cst), R(x, seq_cst)}},
                       "",
                       seen,
                       "[intro.races]/12, strongly happens before; Lahav et al. 2017, Z6.U"});
    }
    all.push_back({"SB with seq_cst fences",
                   {{W(x, 1, relaxed), F(seq_cst), R(y, relaxed)},
                    {W(y, 1, relaxed), F(seq_cst), R(x, relaxed)}},
                   "",
                   any_but(2, "00"),
                   fence_order});
    all.push_back({"SB with one seq_cst fence",
                   {{W(x, 1, relaxed), F(seq_cst), R(y, relaxed)},
                    {W(y, 1, relaxed), F(acq_rel), R(x, relaxed)}},
                   "",
                   any(2),
                   fence_order});
    all.push_back(
        {"SB with a fence and a seq_cst pair",
         {{W(x, 1, relaxed), F(seq_cst), R(y, relaxed)}, {W(y, 1, seq_cst), R(x, seq_cst)}},
         "",
         any_but(2, "00"),
         fence_order});
    all.push_back({"MP with fences",
                   {{W(x, 1, relaxed), F(release), W(y, 1, relaxed)},
                    {R(y, relaxed), F(acquire), R(x, relaxed)}},
                   "",
                   any_but(2, "10"),
                   fence_synchronizes});
    all.push_back(
        {"MP with a release fence and an acquire load",
         {{W(x, 1, relaxed), F(release), W(y, 1, relaxed)}, {R(y, acquire), R(x, relaxed)}},
         "",
         any_but(2, "10"),
         fence_synchronizes});
    all.push_back({"MP with a release store and no acquire",
                   {{W(x, 1, relaxed), W(y, 1, release)}, {R(y, relaxed), R(x, relaxed)}},
                   "",
                   any(2),
                   coherence});
    all.push_back({"IRIW with seq_cst fences",
                   {{W(x, 1, relaxed)},
                    {W(y, 1, relaxed)},
                    {R(x, relaxed), F(seq_cst), R(y, relaxed)},
                    {R(y, relaxed), F(seq_cst), R(x, relaxed)}},
                   "",
                   any_but(4, "1010"),
                   fence_order});
    all.push_back({"RWC with seq_cst fences",
                   {{W(x, 1, relaxed)},
                    {R(x, relaxed), F(seq_cst), R(y, relaxed)},
                    {W(y, 1, relaxed), F(seq_cst), R(x, relaxed)}},
                   "",
                   any_but(3, "100"),
                   fence_order});
    all.push_back({"2+2W with seq_cst fences",
                   {{W(x, 1, relaxed), F(seq_cst), W(y, 2, relaxed)},
                    {W(y, 1, relaxed), F(seq_cst), W(x, 2, relaxed)}},
                   "xy",
                   {"/12", "/21", "/22"},
                   fence_order});
    // An addition carries a release on; a relaxed store ends it, even the releasing thread's own.
    all.push_back(
        {"release sequence through an addition",
         {{W(x, 1, relaxed), W(y, 1, release)}, {Add(y, relaxed)}, {R(y, acquire), R(x, relaxed)}},
         "",
         // What the addition reads, then y and x. y is 2 only after the release.
         {"000", "001", "010", "011", "100", "101", "111", "121"},
         sequence});
    all.push_back(
        {"release sequence ended by the thread's own store",
         {{W(x, 1, relaxed), W(y, 1, release), W(y, 2, relaxed)}, {R(y, acquire), R(x, relaxed)}},
         "",
         {"00", "01", "11", "20", "21"},
         sequence});
    all.push_back(
        {"release sequence ended by another thread's store",
         {{W(x, 1, relaxed), W(y, 1, release)}, {W(y, 2, relaxed)}, {R(y, acquire), R(x, relaxed)}},
         "",
         {"00", "01", "11", "20", "21"},
         sequence});
    return all;
}

words outcomes(const litmus& test, const options& with) {
    const result found = explore([&] { return run(test.program, test.finals); }, with);
    words seen;
    for (const auto& [text, times] : found.outcomes)
        seen.insert(text);
    return seen;
}

// Names of the tests that a broken checker gets wrong.
std::set<std::string> noticed_by(breakage broken) {
    std::set<std::string> names;
    options with;
    with.broken = broken;
    for (const litmus& test : table())
        if (outcomes(test, with) != test.allowed) names.insert(test.name);
    return names;
}

}  // namespace

TEST_CASE("litmus: exactly the outcomes that C++20 allows, in one execution for each graph") {
    for (const litmus& test : table()) {
        INFO(test.name << ", source: " << test.source);
        const result found = explore([&] { return run(test.program, test.finals); });
        words seen;
        for (const auto& [text, times] : found.outcomes)
            seen.insert(text);
        CHECK(seen == test.allowed);
        CHECK(found.complete);
        CHECK_FALSE(found.failed());
        CHECK(found.executions == found.distinct_graphs);
        CHECK(found.blocked == 0);
    }
}

TEST_CASE("litmus: the same outcomes and graphs without the reduction") {
    for (const litmus& test : table()) {
        INFO(test.name);
        options plain;
        plain.reduction = false;
        const result reduced = explore([&] { return run(test.program, test.finals); });
        const result all = explore([&] { return run(test.program, test.finals); }, plain);
        CHECK(all.complete);
        CHECK(all.distinct_graphs == reduced.distinct_graphs);
        CHECK(all.executions >= reduced.executions);
        CHECK(outcomes(test, plain) == test.allowed);
    }
}

TEST_CASE("litmus: random and PCT walks see nothing that is forbidden") {
    for (const litmus& test : table()) {
        INFO(test.name);
        for (const search how : {search::random, search::pct}) {
            options walk;
            walk.how = how;
            walk.executions = 300;
            for (const auto& text : outcomes(test, walk))
                CHECK(test.allowed.count(text) == 1);
        }
    }
}

TEST_CASE("litmus: each outcome's replay string gives that outcome") {
    for (const litmus& test : table()) {
        const program shape = [&] { return run(test.program, test.finals); };
        for (const auto& [text, seen] : explore(shape).outcomes) {
            INFO(test.name << ": " << text << " by " << seen.replay);
            options again;
            again.replay = seen.replay;
            const result replayed = explore(shape, again);
            CHECK(replayed.outcomes.size() == 1);
            CHECK(replayed.outcomes.count(text) == 1);
        }
    }
}

// What each breakage must be noticed by. A test that noticed nothing would be asleep.
TEST_CASE("broken checker: stores at the end of modification order only") {
    const auto noticed = noticed_by(breakage::append_only_stores);
    CHECK(noticed.count("2+2W relaxed") == 1);
    CHECK(noticed.count("S relaxed") == 1);
}
TEST_CASE("broken checker: a clock that is not joined") {
    const auto noticed = noticed_by(breakage::clock_not_joined);
    CHECK(noticed.count("MP release-acquire") == 1);
    CHECK(noticed.count("MP with fences") == 1);
}
TEST_CASE("broken checker: a release sequence kept too long") {
    const auto noticed = noticed_by(breakage::long_release_sequences);
    CHECK(noticed.count("release sequence ended by the thread's own store") == 1);
    CHECK(noticed.count("release sequence ended by another thread's store") == 1);
}
TEST_CASE("broken checker: a read-modify-write that is not atomic") {
    CHECK(noticed_by(breakage::torn_rmw).count("two additions relaxed") == 1);
}
TEST_CASE("broken checker: a reduction that drops too much") {
    const auto noticed = noticed_by(breakage::missed_revisits);
    CHECK(noticed.count("SB relaxed") == 1);
    CHECK(noticed.count("two additions relaxed") == 1);
}
TEST_CASE("broken checker: no order of seq_cst operations") {
    const auto noticed = noticed_by(breakage::no_seq_cst_order);
    CHECK(noticed.count("SB seq_cst") == 1);
    CHECK(noticed.count("IRIW seq_cst") == 1);
    CHECK(noticed.count("SB with seq_cst fences") == 1);
}
