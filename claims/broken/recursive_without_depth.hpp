// SPDX-License-Identifier: MIT
// A recursive lock that knows its holder, and does not count how often it holds.
//
// One lock and one unlock are right, so all that does not lock again inside sees nothing.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class recursive_without_depth {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.recursive = true, .cite = "as tas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "the first unlock lets another in, though the holder has locked twice",
        .source = "what is not counted is not known",
        .caught_by = {.stress = true, .checker = true}};
    struct node {};

    void lock(node& mine) noexcept {
        // relaxed: only this thread's own name is looked for, and only it writes that.
        if (holder_.load(relaxed) == &mine) return;
        held_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
        holder_.store(&mine, relaxed);
    }

    void unlock(node&) noexcept {
        // Wrong: perhaps not the outermost.
        holder_.store(nullptr, relaxed);
        held_.signal_one(0, release);
    }

private:
    atomic<std::uint32_t> held_{0};
    atomic<node*> holder_{nullptr};
};

}  // namespace tally::broken
