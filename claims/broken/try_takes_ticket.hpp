// SPDX-License-Identifier: MIT
// A ticket lock whose try_lock takes a number, and leaves with it when it is not served.
//
// The number is called some day, and nobody comes: everybody behind it waits for ever.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class try_takes_ticket {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    static constexpr lock_traits traits{.order = admission::fifo, .cite = "as ticket"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::hang,
        .how = "a try_lock that fails has changed the lock",
        .source = "textbook: a failed try must leave no trace",
        .caught_by = {.stress = true, .checker = true},
        .missed_by = {.tsan = true},
        .why_missed = "a hang is no race"};
    struct node {};

    void lock(node&) noexcept {
        const auto mine = next_.fetch_add(1, relaxed);
        serving_.await([=](auto now) { return now == mine; }, acquire);
    }

    bool try_lock(node&) noexcept {
        const auto mine = next_.fetch_add(1, relaxed);  // wrong: cannot be given back
        return serving_.load(acquire) == mine;
    }

    void unlock(node&) noexcept { serving_.signal(serving_.load(relaxed) + 1, release); }

private:
    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
};

}  // namespace tally::broken
