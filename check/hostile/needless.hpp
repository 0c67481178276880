// SPDX-License-Identifier: MIT
// Orders that are not what is needed, and are not wrong.
#pragma once

#include "machines/contract.hpp"

namespace tally::hostile {

// A swap stronger than a lock ever needs, and no word of why.
template <class Machine>
class needless {
public:
    static constexpr lock_traits traits{.cite = "as many locks are written"};
    struct node {};
    void lock(node&) noexcept {
        if (busy_.exchange(1, seq_cst) == 0) return;
        busy_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }
    void unlock(node&) noexcept { busy_.signal_one(0, release); }

private:
    typename Machine::template atomic<std::uint32_t> busy_{0};
};

// Exact, and all of it is relaxed.
template <class Machine>
class relaxed_counter {
public:
    static constexpr counter_traits traits{.cite = "as counters may be"};
    struct node {};
    void add(node&, std::uint64_t n) noexcept { value_.fetch_add(n, relaxed); }
    std::uint64_t read() const noexcept { return value_.load(relaxed); }

private:
    typename Machine::template atomic<std::uint64_t> value_{0};
};

}  // namespace tally::hostile
