// SPDX-License-Identifier: MIT
// The classic program: threads that each add one to the same number, many times.
#pragma once

#include <cstdint>

#include "machines/contract.hpp"

namespace tally::stress {

// What to run, and whom to tell of each thread's beginning and end.
class classic {
public:
    classic(unsigned thread_count, std::uint64_t increments_each)
        : threads(thread_count), increments(increments_each) {}

    // Each thread first of all; returns when all have come. Without it a thread of 10,000
    // increments has ended before the next one is started, and nothing ever meets.
    virtual void start(unsigned thread) noexcept = 0;
    virtual void end(unsigned thread) noexcept = 0;

    const unsigned threads;
    const std::uint64_t increments;  // per thread

protected:
    ~classic() = default;
};

// Returns the final number.
template <class Machine, class Counter>
std::uint64_t run_classic(classic& program) {
    Counter number;
    Machine::team::run(program.threads, [&](unsigned me) {
        typename Counter::node mine;
        program.start(me);
        for (std::uint64_t i = 0; i != program.increments; ++i)
            number.add(mine, 1);
        program.end(me);
    });
    return number.read();
}

}  // namespace tally::stress
