// SPDX-License-Identifier: MIT
#include "machines/mutated.hpp"

#include <cstddef>
#include <random>
#include <vector>

#include "kit/catch2.hpp"
#include "locks/queue/mcs.hpp"
#include "locks/spin/ticket.hpp"

namespace {

using machine = tally::mutated<tally::waiting::spin>;
static_assert(tally::machine<machine> && tally::native_machine<machine>);
static_assert(tally::lock<tally::ticket<machine>> && tally::lock<tally::mcs<machine>>);

constexpr tally::site the_store = tally::site::here();

// Store buffering: each of two threads stores to its own word, and then loads the other's. Under
// seq_cst one of them sees the other's store. Returns whether neither did, in any of the rounds.
//
// A store that is weaker waits in its CPU's store buffer, and the load overtakes it: for a few
// nanoseconds as a rule, and only what both threads do within them shows. So the store is made to
// wait long, on any kind of CPU: `stored` has a line of its own, which the other thread has read
// (sharing it with `arrived`, just taken to write, it would leave the buffer at once), and before
// it stand stores to lines that are far from the CPU, for a buffer is emptied in order. And the
// threads leave their meeting point a little apart, differently in each round: that one sees the
// other arrive takes a time of its own, which nobody knows.
[[maybe_unused]] bool neither_saw(unsigned rounds) {
    constexpr std::size_t far = 1U << 20U;  // bytes: more than a CPU's own caches hold
    struct lane {
        alignas(2 * tally::cache_line) machine::atomic<unsigned> stored{0};
        alignas(2 * tally::cache_line) machine::atomic<unsigned> arrived{0};
        alignas(2 * tally::cache_line) unsigned char far_away[far]{};
    };
    std::vector<lane> lanes(2);
    std::vector<unsigned> saw[2];
    for (auto& each : saw)
        each.resize(rounds + 1);
    machine::team::run(2, [&](unsigned me) {
        lane& mine = lanes[me];
        lane& other = lanes[1 - me];
        std::minstd_rand random(me + 1);
        std::size_t next = 0;
        for (unsigned round = 1; round <= rounds; ++round) {
            const auto apart = random() % 512;  // turns of an empty loop: up to some 200 ns
            // In step, so that the two really meet.
            mine.arrived.signal(round, tally::release);
            other.arrived.await([=](unsigned n) { return n >= round; }, tally::acquire);
            for (unsigned turn = 0; turn != apart; ++turn)
                asm volatile("" ::: "memory");
            for (unsigned store = 0; store != 16; ++store) {
                mine.far_away[next] = 1;
                asm volatile("" ::: "memory");
                next = (next + 33 * tally::cache_line) % far;
            }
            mine.stored.store(round, tally::seq_cst, the_store);
            saw[me][round] = other.stored.load(tally::seq_cst);
        }
    });
    for (unsigned round = 1; round <= rounds; ++round)
        if (saw[0][round] < round && saw[1][round] < round) return true;
    return false;
}

struct weakened {
    explicit weakened(const tally::weakening& one) { tally::mutation::weaken(one); }
    ~weakened() { tally::mutation::restore(); }
};

template <class Lock>
unsigned counted(unsigned threads, unsigned rounds) {
    Lock lock;
    unsigned number = 0;
    machine::team::run(threads, [&](unsigned) {
        typename Lock::node mine;
        for (unsigned round = 0; round != rounds; ++round) {
            lock.lock(mine);
            ++number;
            lock.unlock(mine);
        }
    });
    return number;
}

}  // namespace

TEST_CASE("an order is what is written until it is weakened") {
    CHECK(tally::mutation::in_effect(tally::seq_cst, the_store) == tally::seq_cst);
    {
        const weakened one({.where = the_store, .to = tally::relaxed});
        CHECK(tally::mutation::in_effect(tally::seq_cst, the_store) == tally::relaxed);
        // Another site, and the other order of the same one, stay as they are.
        CHECK(tally::mutation::in_effect(tally::seq_cst, tally::site::here()) == tally::seq_cst);
        CHECK(tally::mutation::in_effect(tally::acquire, the_store, true) == tally::acquire);
    }
    CHECK(tally::mutation::in_effect(tally::seq_cst, the_store) == tally::seq_cst);
}

TEST_CASE("locks are as good on the mutated machine as they are written") {
    CHECK(counted<tally::ticket<machine>>(2, 2000) == 4000);
    CHECK(counted<tally::mcs<machine>>(2, 2000) == 4000);
}

// ThreadSanitizer makes each access so slow that a store is always seen before the next load.
#if defined(__SANITIZE_THREAD__)
#define TALLY_INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TALLY_INSTRUMENTED 1
#endif
#endif

#if defined(__x86_64__) && !defined(TALLY_INSTRUMENTED)
TEST_CASE("a weakened store really is weaker") {
    if (machine::team::cpus() < 2) return;
    CHECK_FALSE(neither_saw(20'000));
    const weakened one({.where = the_store, .to = tally::release});
    // Seen within ten rounds or so. But not while the two share one CPU, as on a busy host they
    // may for seconds: what bounds the patience is time.
    const auto end = machine::now() + 20'000'000'000;
    bool seen = false;
    while (!seen && machine::now() < end)
        seen = neither_saw(500);
    CHECK(seen);
}
#endif
