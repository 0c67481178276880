// SPDX-License-Identifier: MIT
// Malthusian lock: an MCS queue that sends waiters away for a while when more wait than are needed.
//
//   tail_                 the last node of the queue, or null    (swapped by arrivals and holders)
//   youngest_, eldest_    both ends of the list of the passive   (the holder's)
//   releases_             how often the lock was released        (the holder's)
//   node.next             who comes after it in the queue        (who comes after writes it,
//                                                                 or a holder who puts it back)
//   node.granted          1 when its owner may enter             (written once, by a holder)
//   node.younger, .elder  its neighbours among the passive       (the holder's)
//
// Invariant: every waiter is in the queue behind the holder or on the list of the passive, which is
// empty when the lock is free.
// One waiter keeps the lock busy. A holder who leaves and sees two behind it makes the first of
// them passive and lets the second in; one who sees nobody behind it takes the youngest back. So
// few threads take turns, whose data are in the caches, and the others sleep. Every `Period`
// releases it is the eldest who is let in, so that nobody is passive for ever.
// Unfair, on purpose: fair over a long time only. A release reads one more line than in MCS.
// Dice 2017, "Malthusian Locks", whose MCSCR this is; there a random number says when it is time.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine, unsigned Period = 1000>
class malthusian {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;

public:
    static constexpr lock_traits traits{.next_holder_may_destroy = true,
                                        .cite = "Dice 2017, Malthusian Locks"};
    class alignas(cache_line) node {
        friend malthusian;
        atomic<node*> next{nullptr};
        atomic<std::uint32_t> granted{0};
        plain<node*> younger{nullptr};
        plain<node*> elder{nullptr};
    };

    void lock(node& mine) noexcept {
        prepare(mine);
        // release: publishes the prepared node to the successor that swaps it out.
        // acquire: pairs with that release of the predecessor, and with the one in unlock().
        node* const before = tail_.exchange(&mine, acq_rel);
        if (before == nullptr) return;
        // release: publishes our prepared node to the holder, who will write it.
        before->next.signal(&mine, release);
        // acquire: pairs with the release of the hand-over.
        mine.granted.await([](auto now) { return now == 1; }, acquire);
    }

    bool try_lock(node& mine) noexcept {
        prepare(mine);
        node* nobody = nullptr;
        // acq_rel: as the swap in lock(). relaxed: a failure reads nothing through it.
        return tail_.compare_exchange_strong(nobody, &mine, acq_rel, relaxed);
    }

    void unlock(node& mine) noexcept {
        const unsigned releases = releases_.read() + 1;
        releases_.write(releases);
        // acquire: pairs with the release of the successor's link, here and below.
        node* after = mine.next.load(acquire);
        node* const back = releases % Period == 0 ? take_back(eldest_.read())
                           : after == nullptr     ? take_back(youngest_.read())
                                                  : nullptr;
        if (after == nullptr) {
            // relaxed: published by the compare-exchange.
            if (back != nullptr) back->next.store(nullptr, relaxed);
            node* last = &mine;
            // tail_: &mine -> back, or null. release: publishes the critical section to the arrival
            // that finds null, and `next` to the arrival that links to it.
            if (tail_.compare_exchange_strong(last, back, release, relaxed)) {
                if (back != nullptr) let_in(*back);
                return;
            }
            after = mine.next.await([](auto now) { return now != nullptr; }, acquire);
        }
        if (back != nullptr) {
            // relaxed: published by the hand-over to its owner.
            back->next.store(after, relaxed);
            after = back;
        } else if (node* const second = after->next.load(acquire); second != nullptr) {
            make_passive(*after);
            after = second;
        }
        let_in(*after);
    }

private:
    static void prepare(node& mine) noexcept {
        // relaxed, both: published by the swap of tail_ and by the link.
        mine.next.store(nullptr, relaxed);
        mine.granted.store(0, relaxed);
    }

    static void let_in(node& next) noexcept {
        // release: publishes the critical section, and the list, to the next holder.
        next.granted.signal(1, release);
    }

    void make_passive(node& one) noexcept {
        node* const before = youngest_.read();
        one.younger.write(nullptr);
        one.elder.write(before);
        if (before != nullptr)
            before->younger.write(&one);
        else
            eldest_.write(&one);
        youngest_.write(&one);
    }

    // Off the list with it. Null: there is nobody.
    node* take_back(node* one) noexcept {
        if (one == nullptr) return nullptr;
        node* const younger = one->younger.read();
        node* const elder = one->elder.read();
        if (younger != nullptr)
            younger->elder.write(elder);
        else
            youngest_.write(elder);
        if (elder != nullptr)
            elder->younger.write(younger);
        else
            eldest_.write(younger);
        return one;
    }

    atomic<node*> tail_{nullptr};
    // Apart: arrivals swap tail_.
    alignas(cache_line) plain<node*> youngest_{nullptr};
    plain<node*> eldest_{nullptr};
    plain<unsigned> releases_{0};
};

}  // namespace tally
