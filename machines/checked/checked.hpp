// SPDX-License-Identifier: MIT
// The checked machine: every interleaving, every outcome that the memory model allows.
//
// A program for it is given to model::explore (explorer.hpp), which runs it again and again.
// What is and is not modelled: docs/checked-machine.md.
#pragma once

#include <memory>
#include <type_traits>

#include "machines/checked/atomic.hpp"
#include "machines/contract.hpp"

namespace tally {

namespace model {

void run_team(unsigned threads, void (*call)(void*, unsigned), void* body, bool alike);
unsigned this_thread() noexcept;
unsigned number_in_team() noexcept;
// How many threads a team of the programs to come may have: what locks that have a place for each
// thread are sized by. Fewer places, fewer steps; max_threads is what fits any program.
void expect_threads(unsigned threads) noexcept;
unsigned limit_of_threads() noexcept;
std::uint64_t virtual_time() noexcept;

}  // namespace model

struct checked {
    static constexpr bool is_native = false;

    template <class T>
    using atomic = model::checked_atomic<T>;
    template <class T>
    using plain = model::checked_plain<T>;

    // Runs body(0) .. body(n - 1), each on a fiber of its own, and comes back when all have ended.
    // At most model::max_threads - 1 in one program; not from within a team.
    struct team {
        template <class Body>
        static void run(unsigned threads, Body&& body) {
            start(threads, body, false);
        }
        // The same, of threads that are alike: whatever becomes of them, it could become of them
        // under each other's numbers, and the program's outcome would say the same. The body may
        // write its number into the memory, and tell it from others; it must not compare it, or the
        // address of what is its own, for order. See docs/checked-machine.md.
        template <class Body>
        static void run_alike(unsigned threads, Body&& body) {
            start(threads, body, true);
        }

    private:
        template <class Body>
        static void start(unsigned threads, Body& body, bool alike) {
            model::run_team(
                threads, [](void* b, unsigned index) { (*static_cast<Body*>(b))(index); },
                const_cast<void*>(static_cast<const void*>(std::addressof(body))), alike);
        }
    };

    // The end of one turn of a loop that waits: a turn which reads nothing new is not repeated.
    static void pause(site from = site::here()) noexcept {
        model::request q;
        q.op = model::operation::pause;
        q.where = from;
        model::perform(q);
    }
    static void pause_for(std::uint64_t, site from = site::here()) noexcept { pause(from); }
    static void yield(site from = site::here()) noexcept { pause(from); }
    // A thread each; two nodes.
    static unsigned cpu() noexcept { return model::this_thread(); }
    static unsigned node() noexcept { return model::this_thread() % 2; }
    static unsigned node_limit() noexcept { return 2; }
    static unsigned thread_number() noexcept { return model::number_in_team(); }
    static unsigned thread_limit() noexcept { return model::limit_of_threads(); }
    // Nanoseconds of the thread's own: a microsecond passes each time it asks.
    static std::uint64_t now() noexcept { return model::virtual_time(); }

    // For programs of users; the locks of this repository use none.
    static void fence(std::memory_order order, site from = site::here()) noexcept {
        model::request q;
        q.op = model::operation::fence;
        q.order = order;
        q.where = from;
        model::perform(q);
    }
};

// Called with its namespace: std has one of this name, and is looked up by the argument.
inline void atomic_thread_fence(std::memory_order order, site from = site::here()) noexcept {
    checked::fence(order, from);
}

static_assert(machine<checked>);

}  // namespace tally
