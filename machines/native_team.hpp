// SPDX-License-Identifier: MIT
// A team: one body, run on n threads, each pinned to a CPU in turn.
#pragma once

#include <memory>
#include <type_traits>

namespace tally {

class native_team {
public:
    // Runs body(0) .. body(n - 1), each on a thread of its own, and returns when all have.
    // Thread i is pinned to the i-th CPU (modulo their number) of those this process may use;
    // where pinning is refused the thread runs unpinned. Throws std::system_error if a thread
    // cannot be started; the body must not throw.
    template <class Body>
    static void run(unsigned threads, Body&& body) {
        using held = std::remove_reference_t<Body>;
        run_erased(
            threads, [](void* b, unsigned index) { (*static_cast<held*>(b))(index); },
            const_cast<void*>(static_cast<const void*>(std::addressof(body))));
    }

    // CPUs this process may run on: what "threads per CPU" is relative to.
    static unsigned cpus() noexcept;

    // Pins the calling thread as run() pins thread `index`.
    static void pin(unsigned index) noexcept;

private:
    static void run_erased(unsigned threads, void (*call)(void*, unsigned), void* body);
};

}  // namespace tally
