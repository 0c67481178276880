// SPDX-License-Identifier: MIT
// Addition by compare-exchange: read, add, and put it back if nobody came between.
//
//   value_   the count   (everybody replaces it)
//
// Exact, and lock-free but not wait-free: of those who try at once one succeeds and the others
// begin again. What one writes where the hardware lacks the operation itself, such as an
// addition of floating-point numbers. relaxed is enough, as for fetch_add.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class cas_loop {
public:
    static constexpr counter_traits traits{
        .read_any_time = true, .cite = "C++11 std::atomic::compare_exchange_weak, relaxed"};
    struct node {};

    void add(node&, std::uint64_t n) noexcept {
        // relaxed, all three: only the number is shared; see the top of the file.
        std::uint64_t seen = value_.load(relaxed);
        while (!value_.compare_exchange_weak(seen, seen + n, relaxed, relaxed)) {
        }
    }

    // relaxed: exact once no add() is under way, and that is known by other means (a join).
    std::uint64_t read() const noexcept { return value_.load(relaxed); }

private:
    typename Machine::template atomic<std::uint64_t> value_{0};
};

}  // namespace tally
