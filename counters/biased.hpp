// SPDX-License-Identifier: MIT
// Biased counting: the first thread to add owns the count and adds without an atomic operation;
// everybody else adds to a shared number.
//
//   owned_   somebody has become the owner    (set once)
//   own_     the owner's part of the count    (the owner's only)
//   others_  the rest of it                   (everybody else adds to it)
//
// Invariant: the count is own_ + others_. Exact. It is how objects count their references once
// no global lock does it for them: most objects are touched by one thread only, and that thread
// pays for a plain addition. With many threads on one object it is `fetch_add` for all but one.
// Choi, Shull & Torrellas 2018, "Biased Reference Counting" (PACT); PEP 703 (Gross 2023).
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class biased {
public:
    static constexpr counter_traits traits{.cite = "Choi, Shull & Torrellas 2018"};

    // A node belongs to one thread. It remembers what that thread is to the counter it met last.
    class node {
        friend class biased;
        const biased* met_ = nullptr;
        bool owner_ = false;
    };

    void add(node& mine, std::uint64_t n) noexcept {
        if (mine.met_ != this) meet(mine);
        if (mine.owner_)
            own_.write(own_.read() + n);
        else
            // relaxed: only the number is shared; nothing is read through it.
            others_.fetch_add(n, relaxed);
    }

    // Exact once no add() is under way, and that is known by other means (a join): relaxed.
    std::uint64_t read() const noexcept { return own_.read() + others_.load(relaxed); }

private:
    void meet(node& mine) noexcept {
        mine.met_ = this;
        // relaxed: it decides who is first, and there is only ever one.
        mine.owner_ = owned_.exchange(1, relaxed) == 0;
    }

    typename Machine::template atomic<std::uint32_t> owned_{0};
    typename Machine::template plain<std::uint64_t> own_{0};
    // Apart from the owner's part, so that the owner's additions stay in its own cache.
    alignas(cache_line) typename Machine::template atomic<std::uint64_t> others_{0};
};

}  // namespace tally
