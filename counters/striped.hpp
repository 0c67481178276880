// SPDX-License-Identifier: MIT
// Striped counter: each thread adds to a slot of its own, and a reader sums them.
//
//   first_       the newest slot; slots form a list    (arrivals push, nobody removes)
//   slot.count   what was added through this slot      (written by the node that holds it)
//   slot.home    the counter, null once that is gone   (cleared by the counter)
//   slot.users   who still refers to it: counter, node (each clears its own bit)
//
//   users        counter+node   counter   node
//   node dies    counter        -         deletes the slot
//   counter dies node           deletes   -
//   node joins   -              both      -
//
// A slot outlives its node, so that what a thread added is counted after the thread is gone; the
// next node that comes takes the slot over and goes on adding to it. Node and counter may die in
// either order.
// Additions never meet, and are a plain addition in machine code. Reading costs a line a slot;
// a sum read while others add is some number between the count before and the count after.
// McKenney, "Is Parallel Programming Hard", count_stat; Lea 2011, LongAdder.
#pragma once

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class striped {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    enum : std::uint32_t { by_counter = 1, by_node = 2, by_both = by_counter | by_node };

    struct alignas(cache_line) slot {
        explicit slot(striped* counter, slot* newer_than) noexcept
            : home(counter), older(newer_than) {}

        // The last to leave deletes. release: what it did with the slot comes before that.
        // acquire: pairs with the release of the other one, who left first.
        void leave(std::uint32_t who) noexcept {
            if (users.fetch_and(~who, acq_rel) == who) delete this;
        }

        atomic<std::uint64_t> count{0};
        atomic<striped*> home;
        atomic<std::uint32_t> users{by_both};
        slot* older;
    };

public:
    static constexpr counter_traits traits{.read_any_time = true,
                                           .cite = "McKenney, perfbook, count_stat"};
    class node {
    public:
        node() noexcept = default;
        node(const node&) = delete;
        node& operator=(const node&) = delete;
        ~node() {
            if (mine_ != nullptr) mine_->leave(by_node);
        }

    private:
        friend striped;
        slot* mine_ = nullptr;
    };

    striped() noexcept = default;
    striped(const striped&) = delete;
    striped& operator=(const striped&) = delete;
    ~striped() {
        // relaxed: who destroys a counter knows by other means that no add() is under way.
        for (slot* each = first_.load(relaxed); each != nullptr;) {
            slot* const older = each->older;
            // relaxed: a node compares it with the counter it adds to, which is another.
            each->home.store(nullptr, relaxed);
            each->leave(by_counter);
            each = older;
        }
    }

    void add(node& with, std::uint64_t n) {
        // relaxed: written before this counter could be known to the node's thread.
        if (with.mine_ == nullptr || with.mine_->home.load(relaxed) != this) [[unlikely]]
            join(with);
        auto& count = with.mine_->count;
        // relaxed, both: this node is the only one that writes it. Atomic for readers' sake.
        count.store(count.load(relaxed) + n, relaxed);
    }

    // Exact once no add() is under way.
    std::uint64_t read() const noexcept {
        std::uint64_t sum = 0;
        // acquire: pairs with the release of the push, so that the slot is seen made.
        for (slot* each = first_.load(acquire); each != nullptr; each = each->older)
            sum += each->count.load(relaxed);  // relaxed: a number, nothing behind it
        return sum;
    }

private:
    // The first add() of a node: takes over a slot whose node is gone, or makes one.
    void join(node& with) {
        if (with.mine_ != nullptr) with.mine_->leave(by_node);
        with.mine_ = nullptr;
        // acquire: as in read().
        for (slot* each = first_.load(acquire); each != nullptr; each = each->older) {
            std::uint32_t left = by_counter;
            // acquire: pairs with the release of the node that left, so that its last count is
            // the one that is added to. relaxed: a failure reads nothing.
            if (each->users.compare_exchange_strong(left, by_both, acquire, relaxed)) {
                with.mine_ = each;
                return;
            }
        }
        // relaxed: the push compares it again.
        with.mine_ = new slot(this, first_.load(relaxed));
        // release: publishes the slot. relaxed: a failure only tries again. The links behind the
        // head are published with it: every push continues the release sequence of those before.
        while (!first_.compare_exchange_weak(with.mine_->older, with.mine_, release, relaxed)) {
        }
    }

    atomic<slot*> first_{nullptr};
};

}  // namespace tally
