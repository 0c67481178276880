// SPDX-License-Identifier: MIT
// A mutex of three states over WaitOnAddress: the futex of Windows.
//
//   state_   free, held, or held with waiters   (swapped by arrivals, cleared by the holder)
//
//   free -> held             an arrival that finds it free
//   held -> contended        an arrival that will wait
//   contended -> contended   a waiter that wakes, and must assume that others still wait
//   held, contended -> free  the holder; it wakes one waiter if it was contended
//
// Unfair. Alone it makes no system call. Each interlocked operation is a full barrier: it is the
// acquire of lock() and the release of unlock(). No two processes can share it: WaitOnAddress
// knows the addresses of one process only.
// Drepper 2005, "Futexes Are Tricky", mutex2; Windows 8, WaitOnAddress.
//
// system: Windows
#pragma once

#include "machines/contract.hpp"
#include "machines/win32.hpp"

namespace tally {

template <native_machine Machine>
class wait_on_address {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Drepper 2005, mutex2"};
    struct node {};

    void lock(node&) noexcept {
        LONG was = ::InterlockedCompareExchange(&state_, held, free);
        if (was == free) return;
        if (was == held) was = ::InterlockedExchange(&state_, contended);
        while (was != free) {
            // Sleeps only while the word is still `contended`, and may wake for no reason.
            LONG asleep_at = contended;
            ::WaitOnAddress(&state_, &asleep_at, sizeof asleep_at, INFINITE);
            was = ::InterlockedExchange(&state_, contended);
        }
    }

    bool try_lock(node&) noexcept {
        return ::InterlockedCompareExchange(&state_, held, free) == free;
    }

    void unlock(node&) noexcept {
        if (::InterlockedExchange(&state_, free) == contended) ::WakeByAddressSingle(&state_);
    }

private:
    static constexpr LONG free = 0;
    static constexpr LONG held = 1;
    static constexpr LONG contended = 2;

    LONG state_ = free;
};

}  // namespace tally
