// SPDX-License-Identifier: MIT
// The control: a number that several threads add to, with nothing around it.
//
//   value_   the count, supposedly   (everybody reads and writes it, in no order)
//
// `n += 1` is a load, an addition and a store. A thread that loads before another one stores
// adds to the old number, and one of the two updates is lost. It is a data race, so by the
// letter of C++ anything may happen; on every machine here it is updates that are lost.
//
// It is three instructions here, as in most programs: x86 has one that does it all, in which no
// thread is ever interrupted. A test looks at the object code.
#pragma once

#include "machines/contract.hpp"
#include "machines/in_register.hpp"

namespace tally {

template <class Machine>
class racy {
public:
    static constexpr counter_traits traits{
        .exact = false, .control = true, .cite = "McKenney, perfbook, count_nonatomic"};
    struct node {};

    void add(node&, std::uint64_t n) noexcept {
        const std::uint64_t seen = in_register(value_.read());
        value_.write(seen + n);
    }

    std::uint64_t read() const noexcept { return value_.read(); }

private:
    typename Machine::template plain<std::uint64_t> value_{0};
};

}  // namespace tally
