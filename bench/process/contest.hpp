// SPDX-License-Identifier: MIT
// A contest between processes: the lock and the counter by name, so that the conductor makes them
// and each worker, a process of its own, opens them.
#pragma once

#include <memory>

#include "bench/workload_counter.hpp"
#include "counters/process/locked.hpp"
#include "machines/process/place.hpp"

namespace tally::bench {

template <class Counter>
class process_contest final : public contest {
public:
    process_contest(const process::lock_name& name, process::opening how)
        : name_(name), how_(how), counter_(name, how) {}
    ~process_contest() override {
        if (how_ == process::opening::create) Counter::remove(name_);
    }

    void work(seat s) override {
        process::member me{s.index};
        take_part(increment<Counter>(counter_, me), s);
    }
    std::uint64_t counted() const override { return counter_.read(); }

private:
    process::lock_name name_;
    process::opening how_;
    Counter counter_;
};

template <class Counter>
std::unique_ptr<contest> make_process_contest(const process::lock_name& name,
                                              process::opening how) {
    return std::make_unique<process_contest<Counter>>(name, how);
}

}  // namespace tally::bench
