// SPDX-License-Identifier: MIT
#include "machines/lockable.hpp"

#include <mutex>
#include <shared_mutex>

#include "kit/catch2.hpp"
#include "locks/blocking/futex_mutex.hpp"
#include "locks/library/std_shared_mutex.hpp"
#include "locks/queue/mcs.hpp"
#include "locks/spin/ticket.hpp"
#include "machines/native.hpp"

namespace {

using machine = tally::native<tally::waiting::park>;

template <class Lock>
concept adaptable = requires {
    typename tally::lockable<Lock>;
};

static_assert(adaptable<tally::ticket<machine>>);
static_assert(!adaptable<tally::mcs<machine>>, "a queue lock needs a node from its caller");

// A lock that cannot try must not look as if it could.
struct cannot_try {
    static constexpr tally::lock_traits traits{};
    struct node {};
    void lock(node&) {}
    void unlock(node&) {}
};
template <class T>
concept tries = requires(T& t) {
    t.try_lock();
};
static_assert(tries<tally::lockable<tally::ticket<machine>>>);
static_assert(!tries<tally::lockable<cannot_try>>);

}  // namespace

TEST_CASE("a context-free lock works with lock_guard") {
    tally::lockable<tally::ticket<machine>> door;
    int number = 0;
    machine::team::run(4, [&](unsigned) {
        for (int round = 0; round != 1000; ++round) {
            std::lock_guard inside(door);
            ++number;
        }
    });
    CHECK(number == 4000);
}

TEST_CASE("what a guard locked is locked until the guard is gone") {
    tally::lockable<tally::futex_mutex<machine>> door;
    {
        std::lock_guard inside(door);
        CHECK_FALSE(door.try_lock());
    }
    std::unique_lock again(door, std::try_to_lock);
    CHECK(again.owns_lock());
}

TEST_CASE("two locks are taken together without deadlock") {
    tally::lockable<tally::ticket<machine>> left;
    tally::lockable<tally::futex_mutex<machine>> right;
    int number = 0;
    machine::team::run(2, [&](unsigned me) {
        for (int round = 0; round != 1000; ++round) {
            if (me == 0) {
                std::scoped_lock both(left, right);
                ++number;
            } else {
                std::scoped_lock both(right, left);
                ++number;
            }
        }
    });
    CHECK(number == 2000);
}

TEST_CASE("a lock with readers works with shared_lock") {
    tally::lockable<tally::std_shared_mutex<machine>> door;
    std::shared_lock one(door);
    CHECK_FALSE(door.try_lock());
}
