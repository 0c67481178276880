// SPDX-License-Identifier: MIT
// A value that is really in a register at this point of the program.
#pragma once

namespace tally {

// The value itself. The compiler may neither know it nor fold the access that it came from into
// one that follows: on x86 `write(read() + n)` is a single instruction otherwise. The access stays
// a plain one, which ThreadSanitizer sees. Costs nothing but that.
template <class T>
[[gnu::always_inline]] inline T in_register(T value) noexcept {
    asm volatile("" : "+r"(value));
    return value;
}

}  // namespace tally
