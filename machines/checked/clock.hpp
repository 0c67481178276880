// SPDX-License-Identifier: MIT
// A vector clock: for each thread, how many of its events are known.
//
// Mattern 1989, "Virtual Time and Global States of Distributed Systems".
#pragma once

#include <array>
#include <cstdint>

namespace tally::model {

// The program's own thread (thread 0), and the threads that its teams start.
inline constexpr unsigned max_threads = 16;

struct alignas(16) clock {
    // Signed, because the maximum of signed 16-bit numbers is one instruction on every x86-64.
    std::array<std::int16_t, max_threads> at;

    void join(const clock& other) noexcept {
        for (unsigned i = 0; i != max_threads; ++i)
            at[i] = at[i] < other.at[i] ? other.at[i] : at[i];
    }
    // Is the event with this place in its thread's order known?
    bool covers(unsigned thread, unsigned index) const noexcept {
        return at[thread] > static_cast<int>(index);
    }
};

}  // namespace tally::model
