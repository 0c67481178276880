// SPDX-License-Identifier: MIT
// One atomic addition: the hardware does load, addition and store as one step.
//
//   value_   the count   (everybody adds to it)
//
// Exact, and wait-free. All threads still meet on one cache line. relaxed is enough: an addition
// is atomic in every order, and nothing else is read through the counter.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class fetch_add {
public:
    static constexpr counter_traits traits{.read_any_time = true,
                                           .cite = "C++11 std::atomic::fetch_add, relaxed"};
    struct node {};

    // relaxed: only the number is shared; see the top of the file.
    void add(node&, std::uint64_t n) noexcept { value_.fetch_add(n, relaxed); }

    // relaxed: exact once no add() is under way, and that is known by other means (a join).
    std::uint64_t read() const noexcept { return value_.load(relaxed); }

private:
    typename Machine::template atomic<std::uint64_t> value_{0};
};

}  // namespace tally
