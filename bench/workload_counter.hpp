// SPDX-License-Identifier: MIT
// The counter workload: every worker adds one to the shared counter, again and again.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>

#include "bench/contest.hpp"

namespace tally::bench {

// A counter whose add() returns what it found can tell whether another worker added meanwhile.
template <class Counter>
concept returns_what_it_found = requires(Counter& c, typename Counter::node& n) {
    { c.add(n, std::uint64_t{1}) } -> std::same_as<std::uint64_t>;
};

// A counter behind a lock can tell when its lock was entered.
template <class Counter>
concept tells_entry = requires(Counter& c, typename Counter::node& n, void (*entered)()) {
    { c.add(n, std::uint64_t{1}, entered) } -> std::same_as<std::uint64_t>;
};

template <class Counter>
class increment {
public:
    static constexpr bool knows_takeovers = returns_what_it_found<Counter>;

    increment(Counter& counter, typename Counter::node& mine) noexcept
        : counter_(&counter), mine_(&mine) {}

    template <bool watched>
    std::uint64_t once() noexcept {
        if constexpr (watched && knows_takeovers) {
            return found(counter_->add(*mine_, 1));
        } else {
            counter_->add(*mine_, 1);
            return 0;
        }
    }

    // Timed until the lock is entered; where there is none to enter, until the addition is done.
    template <bool watched>
    std::uint64_t once(sampling& samples) noexcept {
        const std::uint64_t began = ticks();
        std::uint64_t ended = 0;
        std::uint64_t taken_over = 0;
        if constexpr (tells_entry<Counter>) {
            const std::uint64_t before = counter_->add(*mine_, 1, [&] { ended = ticks(); });
            if constexpr (watched) taken_over = found(before);
        } else {
            taken_over = once<watched>();
            ended = ticks();
        }
        samples.record(began, ended);
        return taken_over;
    }

private:
    std::uint64_t found(std::uint64_t before) noexcept {
        const bool another_added = before != left_at_;
        left_at_ = before + 1;
        return another_added ? 1 : 0;
    }

    Counter* counter_;
    typename Counter::node* mine_;
    std::uint64_t left_at_ = ~std::uint64_t{0};  // the count after our last addition
};

// A counter that shares a cache line with its lock, and need not.
template <class Counter>
concept shares_a_line = requires {
    Counter::data_offset;
}
&&Counter::data_offset != 0 && Counter::data_offset < cache_line;

template <class Counter>
class counter_contest final : public contest {
public:
    explicit counter_contest(data_layout layout = data_layout::with)
        : counter_(*new (storage_ + begin_of(layout)) Counter) {}
    ~counter_contest() override { counter_.~Counter(); }
    counter_contest(const counter_contest&) = delete;
    counter_contest& operator=(const counter_contest&) = delete;

    void work(seat s) override {
        typename Counter::node mine;
        take_part(increment<Counter>(counter_, mine), s);
    }
    std::uint64_t counted() const override { return counter_.read(); }
    const Counter& counter() const noexcept { return counter_; }

private:
    // Two lines: the hardware fetches them in pairs.
    static constexpr std::size_t pair_of_lines = 2 * cache_line;
    static constexpr std::size_t counter_size =
        (sizeof(Counter) + pair_of_lines - 1) / pair_of_lines * pair_of_lines;

    // Apart is the same object, laid so that a pair of lines ends between the lock and its data:
    // the same code works on either.
    static constexpr std::size_t begin_of(data_layout layout) noexcept {
        if constexpr (shares_a_line<Counter>)
            if (layout == data_layout::apart) return pair_of_lines - Counter::data_offset;
        return 0;
    }

    // What follows is on other lines, wherever in it the counter lies.
    alignas(std::max(pair_of_lines,
                     alignof(Counter))) std::byte storage_[counter_size + pair_of_lines];
    Counter& counter_;
};

}  // namespace tally::bench
