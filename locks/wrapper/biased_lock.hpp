// SPDX-License-Identifier: MIT
// Biased lock: belongs to the first thread that takes it, who swaps nothing from then on, until
// another thread comes and revokes that for good; then it is a test-and-test-and-set lock.
//
//   owner_    0, or one more than the number of the thread that it belongs to   (written once)
//   inside_   1 while its owner is inside in the owner's way, or tries    (the owner's)
//   revoked_  0; asked, once another has come; done, once the owner is    (under inner_)
//             known to be outside
//   inner_    the lock of all others, and of the owner once it is revoked    (ttas)
//
// Invariant: who is inside is the owner, inside_ is 1 and revoked_ was 0 when it looked; or holds
// inner_, and revoked_ is done. The owner writes inside_ and then reads revoked_; others write
// revoked_ and then read inside_: they cannot both miss what the other wrote (Dekker's argument).
// For locks that one thread takes again and again, and another hardly ever. The owner's way costs a
// store that must be seen before the load after it. On x86-64 that is as dear as the swap that it
// saves; designs that are faster make the other thread pay instead, by a signal or a system call
// that fences the owner.
// Unfair, as ttas. Who revokes waits for the owner to leave. There is no try_lock for that reason.
// Kawachiya, Koseki, Onodera 2002, "Lock Reservation"; Dice, Moir, Scherer 2010, "Quickly
// Reacquirable Locks"; here with one revocation, for good.
#pragma once

#include "locks/spin/ttas.hpp"
#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class biased_lock {
    using word = typename Machine::template atomic<std::uint32_t>;

    static constexpr std::uint32_t asked = 1;
    static constexpr std::uint32_t done = 2;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Kawachiya et al. 2002; Dice et al. 2010"};
    class node {
        friend biased_lock;
        bool as_owner = false;
        typename ttas<Machine>::node inner;
    };

    void lock(node& mine) noexcept {
        mine.as_owner = is_mine() && enter_as_owner();
        if (mine.as_owner) return;
        inner_.lock(mine.inner);
        // relaxed: written by holders of inner_ only.
        if (revoked_.load(relaxed) != done) revoke();
    }

    void unlock(node& mine) noexcept {
        if (mine.as_owner)
            // release: publishes the critical section to who revokes.
            inside_.signal_one(0, release);
        else
            inner_.unlock(mine.inner);
    }

private:
    bool is_mine() noexcept {
        const std::uint32_t me = Machine::thread_number() + 1;
        // relaxed, all: it is a number, and nothing is read through it. What its last thread did,
        // should it have ended, the next one of its number sees.
        std::uint32_t owner = owner_.load(relaxed);
        if (owner == 0 && owner_.compare_exchange_strong(owner, me, relaxed, relaxed)) return true;
        return owner == me;
    }

    bool enter_as_owner() noexcept {
        // relaxed: once it is revoked it stays so; it is only to save what follows.
        if (revoked_.load(relaxed) != 0) return false;
        // seq_cst, both: see the invariant.
        inside_.store(1, seq_cst);
        if (revoked_.load(seq_cst) == 0) return true;
        // release: publishes the critical sections before to who revokes, who need not see the
        // store that ended them.
        inside_.signal_one(0, release);
        return false;
    }

    void revoke() noexcept {
        // seq_cst, both: see the invariant. The await is an acquire as well: it pairs with the
        // release in unlock().
        revoked_.store(asked, seq_cst);
        inside_.await([](auto now) { return now == 0; }, seq_cst);
        // relaxed: as in lock().
        revoked_.store(done, relaxed);
    }

    word owner_{0};
    word inside_{0};
    word revoked_{0};
    ttas<Machine> inner_;
};

}  // namespace tally
