// SPDX-License-Identifier: MIT
// The checked machine, where a thread says so when it begins to wait: what a program on native
// learns from announcing.hpp, as ordinary accesses that the explorer sees.
//
// A lock's first verb of waiting ends its doorway. Before it the thread stores its turn in a word
// of its own, with release; who waits for that word with acquire knows that the doorway has been
// passed, and everything in it happened before.
#pragma once

#include <memory>
#include <utility>

#include "claims/claim.hpp"
#include "machines/checked/checked.hpp"
#include "machines/contract.hpp"

namespace tally::check {

struct announcing_checked : checked {
    static constexpr unsigned most_threads = 8;

    // A thread of the team announces itself in `said[thread]`, once.
    struct announcements {
        checked::atomic<std::uint32_t> said[most_threads];
    };
    // The running program's. The program is run again and again, each time in one go, by one
    // thread of the system; each team makes its own.
    inline static thread_local announcements* current = nullptr;

    static void announce() noexcept {
        if (current == nullptr) return;
        const unsigned me = model::this_thread() - 1;  // of the first team
        // Only the first wait is past the doorway; later ones tell nothing new.
        if (me < most_threads && current->said[me].load(relaxed) == 0)
            // release: pairs with the acquire in until_waiting().
            current->said[me].signal(1, release);
    }

    template <class T>
    class atomic : public checked::atomic<T> {
        using base = checked::atomic<T>;

    public:
        using base::base;

        template <class Predicate>
        T await(Predicate satisfies, std::memory_order order, site from = site::here()) noexcept {
            announce();
            return base::await(satisfies, order, from);
        }
        template <class Predicate>
        T await_for(Predicate satisfies, std::memory_order order, std::uint64_t nanoseconds,
                    site from = site::here()) noexcept {
            announce();
            return base::await_for(satisfies, order, nanoseconds, from);
        }
        template <class Predicate>
        T await_exchange(T desired, Predicate satisfies, std::memory_order order,
                         site from = site::here()) noexcept {
            announce();
            return base::await_exchange(desired, satisfies, order, from);
        }
        void wait(T old, std::memory_order order, site from = site::here()) noexcept {
            announce();
            base::wait(old, order, from);
        }
    };

    struct team {
        template <class Body>
        static void run(unsigned threads, Body&& body) {
            announcements said;
            current = &said;
            checked::team::run(threads, std::forward<Body>(body));
            current = nullptr;
        }
        // acquire: pairs with the release in announce().
        static void until_waiting(unsigned thread) {
            current->said[thread].await([](auto n) { return n == 1; }, acquire);
        }
    };
};

}  // namespace tally::check

namespace tally::stress {

// Threads that meet outside the lock do not wait in it.
template <>
struct meeting<check::announcing_checked> {
    using word = checked::atomic<std::uint32_t>;
};

}  // namespace tally::stress
