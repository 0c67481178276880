// SPDX-License-Identifier: MIT
// A counter behind any lock.
//
//   value_   the count   (read and written inside the lock only)
//
// The count lies directly behind the lock, as in most programs: in the lock's own cache line, where
// the lock leaves room in it.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine, class Lock>
class locked {
public:
    static constexpr counter_traits traits{.waiting = Lock::traits.waiting,
                                           .cite = Lock::traits.cite};
    using lock_type = Lock;
    using node = typename Lock::node;

    // Bytes from the beginning of this object to the count, and where that is.
    static constexpr std::size_t data_offset = (sizeof(Lock) + alignof(std::uint64_t) - 1) /
                                               alignof(std::uint64_t) * alignof(std::uint64_t);
    const void* data() const noexcept { return &value_; }

    // Returns the count before the addition: a thread that does not find its own last result
    // there knows that the lock changed hands in between.
    std::uint64_t add(node& mine, std::uint64_t n) noexcept {
        return add(mine, n, [] {});
    }

    // The same; entered() is called first thing inside the lock, for who wants to know when.
    template <class Entered>
    std::uint64_t add(node& mine, std::uint64_t n, Entered entered) noexcept {
        lock_.lock(mine);
        entered();
        const std::uint64_t before = value_.read();
        value_.write(before + n);
        lock_.unlock(mine);
        return before;
    }

    // Exact once no add() is under way.
    std::uint64_t read() const noexcept { return value_.read(); }

    Lock& lock() noexcept { return lock_; }

private:
    Lock lock_;
    typename Machine::template plain<std::uint64_t> value_{0};
};

}  // namespace tally
