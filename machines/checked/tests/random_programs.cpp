// SPDX-License-Identifier: MIT
// The reduction, put to the test: programs drawn at random, searched with it and without it.
#include "machines/checked/tests/random_programs.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <utility>

#include "machines/checked/checked.hpp"

namespace tally::model::tests {
namespace {

// Each mixture twice, the second time of threads that are alike.
std::vector<mixture> with_alike(std::vector<mixture> drawn) {
    const std::size_t n = drawn.size();
    for (std::size_t i = 0; i != n; ++i) {
        mixture twin = drawn[i];
        twin.name += "-alike";
        twin.sentence += ", threads alike";
        twin.alike = true;
        drawn.push_back(std::move(twin));
    }
    return drawn;
}

}  // namespace

const std::vector<mixture>& mixtures() {
    static const std::vector<mixture> all = with_alike({
        {"accesses",
         "accesses and fences, all orders",
         {{verb::load, 35},
          {verb::store, 35},
          {verb::exchange, 10},
          {verb::fetch_add, 7},
          {verb::compare_exchange, 8},
          {verb::fence, 5}}},
        {"awaits",
         "awaits",
         {{verb::load, 20},
          {verb::store, 25},
          {verb::exchange, 15},
          {verb::fetch_add, 5},
          {verb::compare_exchange, 7},
          {verb::fence, 2},
          {verb::await, 18},
          {verb::await_exchange, 8}}},
        {"timeouts",
         "awaits that run out of time, and weak compare-exchanges",
         {{verb::load, 15},
          {verb::store, 30},
          {verb::exchange, 10},
          {verb::compare_exchange_weak, 15},
          {verb::await, 10},
          {verb::await_for, 20}}},
        {"futex",
         "sleepers and wake-ups",
         {{verb::load, 15},
          {verb::store, 30},
          {verb::exchange, 5},
          {verb::fetch_add, 5},
          {verb::compare_exchange_weak, 5},
          {verb::wait, 20},
          {verb::notify_one, 10},
          {verb::notify_all, 10}}},
        {"memory",
         "ordinary memory, and objects that come and go",
         {{verb::load, 20},
          {verb::store, 20},
          {verb::exchange, 10},
          {verb::await, 10},
          {verb::read, 10},
          {verb::write, 10},
          {verb::make, 10}}},
        {"spin",
         "loops that spin",
         {{verb::load, 25}, {verb::store, 40}, {verb::exchange, 15}, {verb::spin, 20}}},
        {"swaps",
         "loops that swap until they may go on",
         {{verb::load, 20},
          {verb::store, 40},
          {verb::exchange, 8},
          {verb::spin_swap, 12},
          {verb::spin_try, 6},
          {verb::spin_or, 6},
          {verb::spin_edges, 20}},
         false,
         true},
    });
    return all;
}

const std::vector<bounds>& bounds_of(const mixture& of) {
    static const std::vector<bounds> all{{2, 1}, {0, 1}, {1, 0}, {1, 2}, {3, 1}};
    static const std::vector<bounds> usual{all.front()};
    const bool matter = std::any_of(of.weights.begin(), of.weights.end(), [](const auto& each) {
        return each.first == verb::await_for || each.first == verb::compare_exchange_weak;
    });
    return matter ? all : usual;
}

namespace {

struct command {
    verb what;
    unsigned location;
    int value;
    int expected;
    std::memory_order order;
    std::memory_order failure;
    bool own;  // it writes what says who wrote it
};
using commands = std::vector<std::vector<command>>;

commands draw(const mixture& of, std::uint32_t seed) {
    std::mt19937 random(seed);  // its sequence is fixed by the standard
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const auto one_of = [&](std::initializer_list<std::memory_order> orders) {
        return *(orders.begin() + below(static_cast<unsigned>(orders.size())));
    };
    unsigned total = 0;
    for (const auto& [what, weight] : of.weights)
        total += weight;
    // Threads that spin take part in many more executions.
    commands program(of.unrolled ? 2 : 2 + below(2));
    for (auto& thread : program) {
        if (of.alike && &thread != &program[0]) {
            thread = program[0];
            continue;
        }
        const unsigned length = 1 + below(program.size() == 2 ? 4 : 3);
        for (unsigned i = 0; i != length; ++i) {
            command c{};
            unsigned ticket = below(total);
            for (const auto& [what, weight] : of.weights) {
                if (ticket < weight) {
                    c.what = what;
                    break;
                }
                ticket -= weight;
            }
            // Loops are ended, and begun again, by what others store to the same word.
            c.location = of.unrolled ? 0 : below(2);
            c.value = of.unrolled ? static_cast<int>(below(3)) : 1 + static_cast<int>(below(2));
            c.expected = static_cast<int>(below(3));
            c.failure = one_of({relaxed, acquire, seq_cst});
            // Sums of two numbers of threads would say nothing of either.
            c.own = of.alike && c.what != verb::fetch_add && below(3) == 0;
            switch (c.what) {
                case verb::store: c.order = one_of({relaxed, release, seq_cst}); break;
                case verb::fence: c.order = one_of({acquire, release, acq_rel, seq_cst}); break;
                case verb::exchange:
                case verb::fetch_add:
                case verb::spin_swap:
                case verb::spin_try:
                case verb::spin_or:
                case verb::compare_exchange:
                case verb::compare_exchange_weak:
                case verb::await_exchange:
                    c.order = one_of({relaxed, acquire, release, acq_rel, seq_cst});
                    break;
                default: c.order = one_of({relaxed, acquire, seq_cst}); break;
            }
            thread.push_back(c);
        }
    }
    return program;
}

// A value that says who wrote it: `number_of` times 1, 2, 3, and what was added.
constexpr int number_of = 100;

// The outcome under the renaming of threads that makes it the least text.
std::string least_text(const int (&seen)[3][4], std::size_t threads, std::size_t length,
                       const int (&words)[2]) {
    std::vector<std::size_t> name(threads);  // name[t]: what thread t is called
    for (std::size_t t = 0; t != threads; ++t)
        name[t] = t;
    std::string least;
    do {
        const auto called = [&](int value) {
            const int whose = value / number_of;
            if (whose == 0) return std::to_string(value);
            return std::string(1, static_cast<char>('a' + name[static_cast<unsigned>(whose - 1)])) +
                   std::to_string(value % number_of);
        };
        std::vector<std::string> of(threads);
        for (std::size_t t = 0; t != threads; ++t)
            for (std::size_t i = 0; i != length; ++i)
                of[name[t]] += called(seen[t][i]);
        std::string text;
        for (const auto& its : of)
            text += its + ',';
        text += '/' + called(words[0]) + called(words[1]);
        if (least.empty() || text < least) least = text;
    } while (std::next_permutation(name.begin(), name.end()));
    return least;
}

// What an execution comes to in which a loop has given up.
constexpr const char* gave_up = "gave up";

// `turns`: after so many, which are not told to be a loop, a loop gives up. 0: it pauses, and never
// does.
outcome obey(const commands& program, bool alike, unsigned turns = 0) {
    checked::atomic<int> words[2]{{0}, {0}};
    checked::plain<int> memory[2]{{0}, {0}};
    int seen[3][4]{};
    bool tired[3]{};
    const auto body = [&](unsigned me) {
        for (std::size_t i = 0; i != program[me].size(); ++i) {
            command c = program[me][i];
            if (c.own) c.value = number_of * static_cast<int>(me + 1);
            auto& word = words[c.location];
            const auto wanted = [&](int value) { return value == c.expected; };
            int got = 0;
            int expected = c.expected;
            const auto until = [&](auto goes_on) {
                for (unsigned turn = 1; !goes_on(); ++turn) {
                    if (turns == 0)
                        checked::pause();
                    else if (turn == turns) {
                        tired[me] = true;
                        return;
                    }
                }
            };
            switch (c.what) {
                case verb::load: got = word.load(c.order); break;
                case verb::store: word.store(c.value, c.order); break;
                case verb::exchange: got = word.exchange(c.value, c.order); break;
                case verb::fetch_add: got = word.fetch_add(c.value, c.order); break;
                case verb::compare_exchange:
                    got = word.compare_exchange_strong(expected, c.value, c.order, c.failure)
                              ? 9
                              : expected;
                    break;
                case verb::compare_exchange_weak:
                    got = word.compare_exchange_weak(expected, c.value, c.order, c.failure)
                              ? 9
                              : expected;
                    break;
                case verb::fence: checked::fence(c.order); break;
                case verb::await: got = word.await(wanted, c.order); break;
                case verb::await_exchange:
                    got = word.await_exchange(c.value, wanted, c.order);
                    break;
                case verb::await_for: got = word.await_for(wanted, c.order, 1000); break;
                case verb::wait: word.wait(c.expected, c.order); break;
                case verb::notify_one: word.notify_one(); break;
                case verb::notify_all: word.notify_all(); break;
                case verb::read: got = memory[c.location].read(); break;
                case verb::write: memory[c.location].write(c.value); break;
                case verb::spin:
                    while ((got = word.load(c.order)) == 0)
                        checked::pause();
                    break;
                case verb::spin_swap:
                    until([&] { return wanted(got = word.exchange(c.value, c.order)); });
                    break;
                case verb::spin_try:
                    until([&] {
                        return wanted(word.load(c.failure)) &&
                               wanted(got = word.exchange(c.value, c.order));
                    });
                    break;
                case verb::spin_or:
                    until([&] { return ((got = word.fetch_or(1, c.order)) & 1) == 0; });
                    break;
                case verb::spin_edges: {
                    int last = c.value;
                    int changes = 0;
                    until([&] {
                        got = word.load(c.order);
                        if (std::exchange(last, got) != got) ++changes;
                        return changes == 3;
                    });
                    break;
                }
                case verb::make: {
                    checked::atomic<int> mine{c.value};
                    got = mine.exchange(c.expected, c.order);
                    break;
                }
            }
            if (tired[me]) return;
            seen[me][i] = got;
        }
    };
    const auto threads = static_cast<unsigned>(program.size());
    if (alike) {
        checked::team::run_alike(threads, body);
        if (tired[0] || tired[1] || tired[2]) return {true, gave_up};
        return {true, least_text(seen, threads, program[0].size(),
                                 {words[0].load(relaxed), words[1].load(relaxed)})};
    }
    checked::team::run(threads, body);
    if (tired[0] || tired[1] || tired[2]) return {true, gave_up};
    std::string text;
    for (std::size_t t = 0; t != program.size(); ++t)
        for (std::size_t i = 0; i != program[t].size(); ++i)
            text += std::to_string(seen[t][i]);
    text += '/' + std::to_string(words[0].load(relaxed)) + std::to_string(words[1].load(relaxed));
    return {true, text};
}

}  // namespace

namespace {

// Loops that pause are folded, in both searches. Those that do not are not: what they come to is
// what the others may come to.
template <class Complain>
void compare_unrolled(const commands& drawn, bool alike, options with, const result& folded,
                      Complain complain) {
    with.executions = 5000;
    const auto unrolled = [&](unsigned turns) {
        return explore([&] { return obey(drawn, alike, turns); }, with);
    };
    const result few = unrolled(3);
    if (few.stopped) return;
    for (const auto& [text, ignored] : few.outcomes)
        if (text != gave_up && folded.outcomes.count(text) == 0)
            complain("outcome " + text + " of the unrolled loops is missing");
    if (few.outcomes.count(gave_up) == 0 && folded.failed())
        complain("loops that end when unrolled do not");
    bool new_ones = false;
    for (const auto& [text, ignored] : folded.outcomes)
        new_ones = new_ones || few.outcomes.count(text) == 0;
    if (!new_ones) return;
    const result more = unrolled(5);
    if (more.stopped) return;
    for (const auto& [text, ignored] : folded.outcomes)
        if (more.outcomes.count(text) == 0)
            complain("outcome " + text + " is none of the unrolled loops");
}

}  // namespace

comparison compare(const mixture& of, std::uint32_t seed, const bounds& with, breakage broken,
                   std::uint64_t largest) {
    const commands drawn = draw(of, seed);
    const program shape = [&] { return obey(drawn, of.alike); };
    options plain;
    plain.reduction = false;
    plain.executions = of.unrolled ? std::min<std::uint64_t>(largest, 1500) : largest;
    plain.after_failure = 100000;
    // Loops that swap for each other's values may go on for ever.
    if (of.unrolled) plain.longest_execution = 60;
    plain.timeouts = with.timeouts;
    plain.spurious = with.spurious;
    plain.count_renamed = of.alike;
    options reduced = plain;
    reduced.reduction = true;
    reduced.executions = 0;
    reduced.broken = broken;
    comparison seen;
    const auto complain = [&](const std::string& what) {
        seen.complaint += (seen.complaint.empty() ? "" : "; ") + what;
    };
    const result all = explore(shape, plain);
    if (all.stopped || (of.unrolled && !all.complete)) return seen;
    const result one_each = explore(shape, reduced);
    if (!one_each.failed()) {
        seen.executions = one_each.executions;
        seen.distinct = one_each.distinct_graphs;
    }
    if (one_each.failed() != all.failed())
        complain(std::string("only the ") + (all.failed() ? "plain" : "reduced") + " search fails");
    // A failure ends its execution, and is not to hide another kind: each that one search comes to
    // the other comes to in some execution.
    const auto lacks = [](const result& in, const failure& wanted) {
        return std::none_of(in.failures.begin(), in.failures.end(),
                            [&](const failure& f) { return f.kind == wanted.kind; });
    };
    if (!one_each.stopped) {
        for (const failure& f : all.failures)
            if (lacks(one_each, f)) complain("only the plain search comes to: " + f.what);
        for (const failure& f : one_each.failures)
            if (lacks(all, f)) complain("only the reduced search comes to: " + f.what);
    }
    if (one_each.verdict != all.verdict)
        complain("'" + one_each.verdict + "' and, plain, '" + all.verdict + "'");
    // A deadlock is an end like any other, and cuts nothing off.
    const auto goes_on = [](const result& found) {
        return std::all_of(found.failures.begin(), found.failures.end(),
                           [](const failure& f) { return f.kind == failure_kind::deadlock; });
    };
    if (goes_on(all) && goes_on(one_each) && !one_each.stopped) {
        seen.compared = true;
        if (one_each.distinct_graphs != all.distinct_graphs)
            complain(std::to_string(one_each.distinct_graphs) + " graphs and, plain, " +
                     std::to_string(all.distinct_graphs));
        for (const auto& [text, ignored] : all.outcomes)
            if (one_each.outcomes.count(text) == 0) complain("outcome " + text + " is missing");
        for (const auto& [text, ignored] : one_each.outcomes)
            if (all.outcomes.count(text) == 0) complain("outcome " + text + " cannot be");
    }
    if (of.unrolled && seen.compared)
        compare_unrolled(drawn, of.alike, reduced, one_each, complain);
    const auto replayed = [&](const std::string& steps) {
        options again = plain;
        again.reduction = true;
        again.replay = steps;
        try {
            return explore(shape, again);
        } catch (const std::invalid_argument& misfit) {
            complain("replay " + steps + ": " + misfit.what());
            return result{};
        }
    };
    for (const auto& [text, outcome] : one_each.outcomes) {
        if (replayed(outcome.replay).outcomes.count(text) == 0)
            complain("replay " + outcome.replay + " does not come to " + text);
    }
    for (const failure& f : one_each.failures) {
        const result seen_again = replayed(f.replay);
        if (std::none_of(seen_again.failures.begin(), seen_again.failures.end(),
                         [&](const failure& g) { return g.kind == f.kind; }))
            complain("replay " + f.replay + " does not fail so: " + f.what);
    }
    return seen;
}

}  // namespace tally::model::tests
