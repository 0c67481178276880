// The reduction, put to the test: programs drawn at random, searched with it and without it, must
// have the same outcomes and the same execution graphs, and each replay string must lead to what it
// was printed for. (Seeds are fixed: the programs are the same every time.)
//
// Where an execution fails it ends, and what would have come of it is not searched: then only that
// both searches fail is compared.
#include <algorithm>
#include <random>

#include "cmake/catch2.hpp"
#include "machines/checked/checked.hpp"
#include "machines/checked/explorer.hpp"

using namespace tally;
using namespace tally::model;

namespace {

enum class verb : std::uint8_t {
    load,
    store,
    exchange,
    fetch_add,
    compare_exchange,
    compare_exchange_weak,
    fence,
    await,
    await_exchange,
    await_for,
    wait,
    notify_one,
    notify_all,
    read,
    write,
    spin,
    make,
};

struct command {
    verb what;
    unsigned location;
    int value;
    int expected;
    std::memory_order order;
    std::memory_order failure;
};
using commands = std::vector<std::vector<command>>;

struct mixture {
    const char* name;
    std::vector<std::pair<verb, unsigned>> weights;
};

commands draw(const mixture& of, std::uint32_t seed) {
    std::mt19937 random(seed);  // its sequence is fixed by the standard
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const auto one_of = [&](std::initializer_list<std::memory_order> orders) {
        return *(orders.begin() + below(static_cast<unsigned>(orders.size())));
    };
    unsigned total = 0;
    for (const auto& [what, weight] : of.weights)
        total += weight;
    commands program(2 + below(2));
    for (auto& thread : program) {
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
            c.location = below(2);
            c.value = 1 + static_cast<int>(below(2));
            c.expected = static_cast<int>(below(3));
            c.failure = one_of({relaxed, acquire, seq_cst});
            switch (c.what) {
                case verb::store: c.order = one_of({relaxed, release, seq_cst}); break;
                case verb::fence: c.order = one_of({acquire, release, acq_rel, seq_cst}); break;
                case verb::exchange:
                case verb::fetch_add:
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

outcome obey(const commands& program) {
    checked::atomic<int> words[2]{{0}, {0}};
    checked::plain<int> memory[2]{{0}, {0}};
    int seen[3][4]{};
    checked::team::run(static_cast<unsigned>(program.size()), [&](unsigned me) {
        for (std::size_t i = 0; i != program[me].size(); ++i) {
            const command& c = program[me][i];
            auto& word = words[c.location];
            const auto wanted = [&](int value) { return value == c.expected; };
            int got = 0;
            int expected = c.expected;
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
                case verb::make: {
                    checked::atomic<int> mine{c.value};
                    got = mine.exchange(c.expected, c.order);
                    break;
                }
            }
            seen[me][i] = got;
        }
    });
    std::string text;
    for (std::size_t t = 0; t != program.size(); ++t)
        for (std::size_t i = 0; i != program[t].size(); ++i)
            text += std::to_string(seen[t][i]);
    text += '/' + std::to_string(words[0].load(relaxed)) + std::to_string(words[1].load(relaxed));
    return {true, text};
}

void compare(const mixture& of, std::uint32_t first, std::uint32_t last) {
    std::uint64_t reduced_total = 0;
    std::uint64_t distinct_total = 0;
    unsigned compared = 0;
    for (std::uint32_t seed = first; seed != last; ++seed) {
        const commands program = draw(of, seed);
        const tally::model::program shape = [&] { return obey(program); };
        INFO(of.name << ", seed " << seed);
        options plain;
        plain.reduction = false;
        plain.executions = 10000;
        plain.after_failure = 100000;
        options reduced;
        reduced.after_failure = 100000;
        const result all = explore(shape, plain);
        if (!all.stopped) {
            const result one_each = explore(shape, reduced);
            CHECK(one_each.failed() == all.failed());
            if (!all.failed()) {
                ++compared;
                CHECK(one_each.distinct_graphs == all.distinct_graphs);
                CHECK(one_each.outcomes.size() == all.outcomes.size());
                for (const auto& [text, seen] : all.outcomes)
                    CHECK(one_each.outcomes.count(text) == 1);
                reduced_total += one_each.executions;
                distinct_total += one_each.distinct_graphs;
            }
            for (const auto& [text, seen] : one_each.outcomes) {
                options again;
                again.replay = seen.replay;
                INFO("replay " << seen.replay);
                const result replayed = explore(shape, again);
                CHECK(replayed.outcomes.count(text) == 1);
            }
            for (const failure& f : one_each.failures) {
                options again;
                again.replay = f.replay;
                INFO("replay " << f.replay << " for " << f.what);
                const result replayed = explore(shape, again);
                CHECK(std::any_of(replayed.failures.begin(), replayed.failures.end(),
                                  [&](const failure& g) { return g.kind == f.kind; }));
            }
        }
    }
    CHECK(compared > (last - first) / 10);  // not a test of failing programs only
    CHECK(reduced_total <= distinct_total + distinct_total / 20);
}

}  // namespace

TEST_CASE("reduction: accesses and fences, all orders") {
    compare({"accesses",
             {{verb::load, 35},
              {verb::store, 35},
              {verb::exchange, 10},
              {verb::fetch_add, 7},
              {verb::compare_exchange, 8},
              {verb::fence, 5}}},
            1, 150);
}
TEST_CASE("reduction: awaits") {
    compare({"awaits",
             {{verb::load, 20},
              {verb::store, 25},
              {verb::exchange, 15},
              {verb::fetch_add, 5},
              {verb::compare_exchange, 7},
              {verb::fence, 2},
              {verb::await, 18},
              {verb::await_exchange, 8}}},
            1, 300);
}
TEST_CASE("reduction: awaits that run out of time, and weak compare-exchanges") {
    compare({"timeouts",
             {{verb::load, 15},
              {verb::store, 30},
              {verb::exchange, 10},
              {verb::compare_exchange_weak, 15},
              {verb::await, 10},
              {verb::await_for, 20}}},
            1, 150);
}
TEST_CASE("reduction: sleepers and wake-ups") {
    compare({"futex",
             {{verb::load, 15},
              {verb::store, 30},
              {verb::exchange, 5},
              {verb::fetch_add, 5},
              {verb::compare_exchange_weak, 5},
              {verb::wait, 20},
              {verb::notify_one, 10},
              {verb::notify_all, 10}}},
            1, 300);
}
TEST_CASE("reduction: ordinary memory, and objects that come and go") {
    compare({"memory",
             {{verb::load, 20},
              {verb::store, 20},
              {verb::exchange, 10},
              {verb::await, 10},
              {verb::read, 10},
              {verb::write, 10},
              {verb::make, 10}}},
            1, 300);
}
TEST_CASE("reduction: loops that spin") {
    compare({"spin", {{verb::load, 25}, {verb::store, 40}, {verb::exchange, 15}, {verb::spin, 20}}},
            1, 150);
}
