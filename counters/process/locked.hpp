// SPDX-License-Identifier: MIT
// A counter behind any lock between processes: the number lies in shared memory.
//
//   value_   the count   (read and written inside the lock only)
//
// Told that the last owner died, it goes on: nobody is killed where this is measured. What a
// death costs is tried by the crash matrix; what survives one is robust_counter.
#pragma once

#include "machines/process/contract.hpp"
#include "machines/process/segment.hpp"

namespace tally::process {

template <process_machine Machine, class Lock>
class locked {
public:
    static constexpr counter_traits traits{.waiting = Lock::traits.waiting,
                                           .cite = Lock::traits.cite};
    using node = member;

    locked(const lock_name& name, opening how)
        : lock_(name, how),
          value_(how == opening::create ? segment<number>::create(name.path(suffix))
                                        : segment<number>::attach(name.path(suffix))) {}

    // Returns the count that it found, and calls `entered` once inside.
    template <class Entered>
    std::uint64_t add(node& me, std::uint64_t n, Entered entered) {
        lock_.lock(me);
        entered();
        const auto found = value_->count.read();
        value_->count.write(found + n);
        lock_.unlock(me);
        return found;
    }
    std::uint64_t add(node& me, std::uint64_t n) {
        return add(me, n, [] {});
    }

    // Exact once no add() is under way.
    std::uint64_t read() const noexcept { return value_->count.read(); }

    static void remove(const lock_name& name) {
        Lock::remove(name);
        ::unlink(name.path(suffix).c_str());
    }

private:
    static constexpr const char* suffix = ".number";

    struct number {
        alignas(2 * cache_line) typename Machine::template plain<std::uint64_t> count{0};
        alignas(2 * cache_line) char nothing_follows = 0;
    };

    Lock lock_;
    segment<number> value_;
};

}  // namespace tally::process
