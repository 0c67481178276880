// SPDX-License-Identifier: MIT
// How the locks with backoff wait, step by step: on a machine that has one thread, a lock that is
// taken, and a script of when it is let go.
#include <cstdint>
#include <vector>

#include "kit/catch2.hpp"
#include "locks/spin/ttas_backoff.hpp"
#include "locks/spin/ttas_backoff_polling.hpp"

using namespace tally;

namespace {

struct scripted {
    static inline unsigned looks = 0;                 // loads and swaps
    static inline unsigned awaits = 0;                // that had to wait
    static inline std::vector<std::uint64_t> away{};  // ns of each delay
    static inline unsigned taken_for = 0;             // delays and awaits until it is let go

    static void start(unsigned steps) {
        looks = awaits = 0;
        away.clear();
        taken_for = steps;
    }
    static bool step() {
        if (taken_for != 0) --taken_for;
        return taken_for != 0;
    }

    template <class T>
    struct atomic {
        atomic(T) {}  // NOLINT: as std::atomic
        T load(std::memory_order) {
            ++looks;
            return taken_for != 0 ? 1 : 0;
        }
        T exchange(T, std::memory_order order) { return load(order); }
        template <class Predicate>
        T await(Predicate, std::memory_order) {
            ++awaits;
            while (step()) {
            }
            return 0;
        }
        void signal_one(T, std::memory_order) {}
    };
    static void pause_for(std::uint64_t ns) {
        away.push_back(ns);
        step();
    }
};

template <template <class> class Lock>
void enter_after(unsigned steps) {
    scripted::start(steps);
    Lock<scripted> lock;
    typename Lock<scripted>::node mine;
    lock.lock(mine);
}

}  // namespace

TEST_CASE("ttas_backoff looks once after each delay and each delay is twice the one before") {
    enter_after<ttas_backoff>(5);
    REQUIRE(scripted::away.size() == 5);
    for (std::size_t i = 1; i != scripted::away.size(); ++i)
        CHECK(scripted::away[i] == 2 * scripted::away[i - 1]);
    CHECK(scripted::awaits == 0);
    CHECK(scripted::looks == 5 + 2);  // one before each delay, and the look and the swap that won
}

TEST_CASE("ttas_backoff waits in its machine's way once its delay is at the longest") {
    enter_after<ttas_backoff>(20);
    CHECK(scripted::awaits == 1);
    CHECK(scripted::away.size() < 20);
}

TEST_CASE("ttas_backoff_polling watches the lock after each lost race") {
    enter_after<ttas_backoff_polling>(5);
    CHECK(scripted::away.size() == 1);
    CHECK(scripted::awaits == 1);
}
