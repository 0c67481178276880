// The counter workload: every worker adds one to the shared counter, again and again.
#pragma once

#include <concepts>
#include <cstdint>

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
        const std::uint64_t began = clock_ns();
        std::uint64_t ended = 0;
        std::uint64_t taken_over = 0;
        if constexpr (tells_entry<Counter>) {
            const std::uint64_t before = counter_->add(*mine_, 1, [&] { ended = clock_ns(); });
            if constexpr (watched) taken_over = found(before);
        } else {
            taken_over = once<watched>();
            ended = clock_ns();
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

template <class Counter>
class counter_contest final : public contest {
public:
    void work(seat s) override {
        typename Counter::node mine;
        take_part(increment<Counter>(counter_, mine), s);
    }
    std::uint64_t counted() const override { return counter_.read(); }

private:
    alignas(2 * cache_line) Counter counter_;
    alignas(2 * cache_line) char nothing_follows_ = 0;
};

}  // namespace tally::bench
