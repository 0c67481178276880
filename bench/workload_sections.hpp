// SPDX-License-Identifier: MIT
// The sections workload: lock, work on the shared data and count, unlock, work on one's own.
#pragma once

#include <cstdint>

#include "bench/calibrated_work.hpp"
#include "bench/contest.hpp"

namespace tally::bench {

template <class Machine, class Lock>
struct guarded_data {
    Lock lock;
    typename Machine::template plain<std::uint64_t> count{0};
    work_area area;
};

template <class Machine, class Lock>
class section {
public:
    static constexpr bool knows_takeovers = true;

    section(guarded_data<Machine, Lock>& data, typename Lock::node& mine, work_area& own,
            section_steps steps) noexcept
        : data_(&data), mine_(&mine), own_(&own), steps_(steps) {}

    template <bool watched>
    std::uint64_t once() noexcept {
        return with_hook<watched>([] {});
    }

    // Timed until the lock is entered.
    template <bool watched>
    std::uint64_t once(sampling& samples) noexcept {
        const std::uint64_t began = ticks();
        std::uint64_t ended = 0;
        const std::uint64_t taken_over = with_hook<watched>([&] { ended = ticks(); });
        samples.record(began, ended);
        return taken_over;
    }

private:
    template <bool watched, class Entered>
    std::uint64_t with_hook(Entered entered) noexcept {
        data_->lock.lock(*mine_);
        entered();
        const std::uint64_t before = data_->count.read();
        data_->count.write(before + 1);
        bench::work(data_->area, steps_.critical);
        data_->lock.unlock(*mine_);
        bench::work(*own_, steps_.outside);
        if constexpr (!watched) return 0;
        const bool another_entered = before != left_at_;
        left_at_ = before + 1;
        return another_entered ? 1 : 0;
    }

    guarded_data<Machine, Lock>* data_;
    typename Lock::node* mine_;
    work_area* own_;
    section_steps steps_;
    std::uint64_t left_at_ = ~std::uint64_t{0};  // the count after our last section
};

template <class Machine, class Lock>
class sections_contest final : public contest {
public:
    explicit sections_contest(section_steps steps) noexcept : steps_(steps) {}

    void work(seat s) override {
        typename Lock::node mine;
        work_area own;
        take_part(section<Machine, Lock>(data_, mine, own, steps_), s);
    }
    std::uint64_t counted() const override { return data_.count.read(); }

private:
    alignas(2 * cache_line) guarded_data<Machine, Lock> data_;
    alignas(2 * cache_line) section_steps steps_;
};

}  // namespace tally::bench
