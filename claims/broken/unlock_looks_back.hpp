// SPDX-License-Identifier: MIT
// A mutex whose unlock looks at the lock once more after it has freed it.
//
// The store frees the word; the look at the count of sleepers follows. In between the next holder
// may enter, leave, and destroy the lock, as POSIX lets the last user of a mutex do.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class unlock_looks_back {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "as musl's semaphores"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::use_after_free,
        .how = "unlock reads the count of sleepers when the lock may be gone",
        .source = "glibc bug 12674, musl commit 88c4e720 (semaphores); mlibc pull request 668",
        .caught_by = {.tsan = true, .checker = true}};
    struct node {};

    void lock(node&) noexcept {
        // seq_cst, all: who announces itself and who frees the word see each other.
        if (held_.exchange(1, seq_cst) == 0) return;
        sleepers_.fetch_add(1, seq_cst);
        while (held_.exchange(1, seq_cst) != 0)
            held_.wait(1, seq_cst);
        sleepers_.fetch_sub(1, seq_cst);
    }

    void unlock(node&) noexcept {
        held_.store(0, seq_cst);
        if (sleepers_.load(seq_cst) != 0) held_.notify_one();  // wrong: *this may be gone
    }

private:
    atomic<std::uint32_t> held_{0};
    atomic<std::uint32_t> sleepers_{0};
};

}  // namespace tally::broken
