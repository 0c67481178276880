// SPDX-License-Identifier: MIT
// One atomic addition, in the order that C++ gives when none is named.
//
//   value_   the count   (everybody adds to it)
//
// As fetch_add, which is relaxed. On x86 both are the same locked instruction and differ only in
// what the compiler may move across; on Arm and POWER this one costs barriers. It stands here to
// show the difference, or that there is none.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class fetch_add_seq_cst {
public:
    static constexpr counter_traits traits{.read_any_time = true,
                                           .cite = "C++11 std::atomic::fetch_add, seq_cst"};
    struct node {};

    // seq_cst, which is stronger than needed: what that costs is what this counter is there to
    // show.
    void add(node&, std::uint64_t n) noexcept { value_.fetch_add(n, seq_cst); }

    // seq_cst, which is stronger than needed: as in add().
    std::uint64_t read() const noexcept { return value_.load(seq_cst); }

private:
    typename Machine::template atomic<std::uint64_t> value_{0};
};

}  // namespace tally
