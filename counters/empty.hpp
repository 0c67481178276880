// SPDX-License-Identifier: MIT
// The cost floor: no lock and no sharing. Each thread adds to memory of its own.
//
//   node.own   the thread's own number   (its own)
//
// What a row of this counter costs is the loop and the measurement. It is no counter: read()
// has nothing to sum, and nobody checks it.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class empty {
public:
    static constexpr counter_traits traits{
        .exact = false, .shared = false, .cite = "the loop itself"};
    struct alignas(cache_line) node {
        typename Machine::template plain<std::uint64_t> own{0};
    };

    void add(node& mine, std::uint64_t n) noexcept { mine.own.write(mine.own.read() + n); }

    std::uint64_t read() const noexcept { return 0; }
};

}  // namespace tally
