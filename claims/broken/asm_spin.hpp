// SPDX-License-Identifier: MIT
// Correct, and accused: a spin lock in inline assembly.
//
// ThreadSanitizer instruments what the compiler compiles, and sees nothing of it. Annotations
// (__tsan_acquire, __tsan_release) would cure that.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <native_machine Machine>
class asm_spin {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "as tas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::nothing,
        .how = "correct: xchg is a full barrier, and a store of x86 is a release",
        .source = "Intel SDM vol. 3, Memory Ordering; many hand-written locks",
        .missed_by = {.tsan = true},
        .why_missed = "inline assembly is not instrumented"};
    struct node {};

    void lock(node&) noexcept {
        for (;;) {
            std::uint32_t was = 1;
            asm volatile("xchgl %0, %1" : "+r"(was), "+m"(held_) : : "memory");
            if (was == 0) return;
            Machine::yield();
        }
    }

    void unlock(node&) noexcept { asm volatile("movl $0, %0" : "=m"(held_) : : "memory"); }

private:
    std::uint32_t held_ = 0;
};

}  // namespace tally::broken
