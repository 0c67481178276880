// SPDX-License-Identifier: MIT
// A CLH lock whose swap of the tail is relaxed.
//
// The swap gives the predecessor's cell without its contents: that cell may be read as it was
// before its thread set it busy. Cells serve again and again, and the old value is "not busy".
#pragma once

#include <memory>
#include <utility>

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class clh_relaxed_swap {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct alignas(cache_line) cell {
        atomic<std::uint32_t> busy{0};
    };

public:
    static constexpr lock_traits traits{.order = admission::fifo, .cite = "Craig 1993"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::exclusion,
        .how = "the predecessor's cell may be read as it was before it became busy: both enter",
        .source = "Craig 1993, with a relaxed swap",
        .caught_by = {.checker = true},
        .missed_by = {.stress = true},
        .why_missed = "on x86 every swap is a full barrier",
        .weak_memory_only = true};
    class node {
        friend clh_relaxed_swap;
        std::unique_ptr<cell> mine = std::make_unique<cell>();
        cell* before = nullptr;
    };

    clh_relaxed_swap() : tail_(std::make_unique<cell>().release()) {}
    clh_relaxed_swap(const clh_relaxed_swap&) = delete;
    clh_relaxed_swap& operator=(const clh_relaxed_swap&) = delete;
    ~clh_relaxed_swap() { std::unique_ptr<cell>(tail_.load(relaxed)); }

    void lock(node& with) noexcept {
        with.mine->busy.store(1, relaxed);
        with.before = tail_.exchange(with.mine.get(), relaxed);  // wrong: must be acq_rel
        with.before->busy.await([](auto now) { return now == 0; }, acquire);
    }

    void unlock(node& with) noexcept {
        cell* const left = with.mine.release();
        with.mine.reset(std::exchange(with.before, nullptr));
        left->busy.signal(0, release);
    }

private:
    atomic<cell*> tail_;
};

}  // namespace tally::broken
