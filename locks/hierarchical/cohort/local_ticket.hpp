// SPDX-License-Identifier: MIT
// A cohort's local ticket lock.
//
//   next_       the number for the next arrival               (every arrival increments it)
//   serving_    the number that may enter                     (only the holder writes it)
//   inherited_  whether the global lock comes with this one   (written by the holder who leaves)
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class local_ticket {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

public:
    struct node {};

    bool lock(node&) noexcept {
        // relaxed: orders arrivals only; no data is read through it.
        const std::uint32_t mine = next_.fetch_add(1, relaxed);
        // acquire: pairs with the release in call_next().
        serving_.await([=](auto now) { return now == mine; }, acquire);
        return inherited_.read();
    }

    bool others(node&) noexcept {
        // relaxed, both: who has taken a number waits until it is called. Only the holder writes
        // serving_.
        return next_.load(relaxed) != serving_.load(relaxed) + 1;
    }

    void pass(node&) noexcept { call_next(true); }
    void unlock(node&) noexcept { call_next(false); }

private:
    void call_next(bool inherits) noexcept {
        inherited_.write(inherits);
        // relaxed: as above. release: publishes the critical section, and what comes with the lock.
        serving_.signal(serving_.load(relaxed) + 1, release);
    }

    atomic<std::uint32_t> next_{0};
    atomic<std::uint32_t> serving_{0};
    typename Machine::template plain<bool> inherited_{false};
};

}  // namespace tally
