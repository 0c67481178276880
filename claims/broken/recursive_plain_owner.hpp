// SPDX-License-Identifier: MIT
// A recursive lock that notes its holder in ordinary memory, and asks there before it holds.
//
// Only the holder's own name is looked for, so that a wrong answer seems impossible; but the read
// races with the holder's write, and a race has no answer.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class recursive_plain_owner {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.recursive = true, .cite = "as ttas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "who does not hold the lock reads the holder's name while the holder writes it",
        .source = "Boehm 2011, How to Miscompile Programs with Benign Data Races",
        .caught_by = {.tsan = true, .checker = true},
        .missed_by = {.stress = true},
        .why_missed = "the compilers and machines of today read and write a word in one piece"};
    struct node {};

    void lock(node& mine) noexcept {
        // Wrong: outside the lock. An atomic read, even relaxed, would do.
        if (holder_.read() != &mine) {
            held_.await_exchange(
                1, [](auto was) { return was == 0; }, acquire);
            holder_.write(&mine);
        }
        ++depth_;
    }

    void unlock(node&) noexcept {
        if (--depth_ != 0) return;
        holder_.write(nullptr);
        held_.signal_one(0, release);
    }

private:
    atomic<std::uint32_t> held_{0};
    typename Machine::template plain<node*> holder_{nullptr};
    unsigned depth_ = 0;
};

}  // namespace tally::broken
