// SPDX-License-Identifier: MIT
// Compiled without sanitizers (see CMakeLists.txt). Hence the compiler's builtins, and no inline
// function of a library: the linker could choose another file's instrumented copy of it.
#include "stress/line_up.hpp"

#include <sched.h>

namespace tally::stress {

void starting_line::line_up(unsigned threads) noexcept {
    const unsigned before = __atomic_fetch_add(&come_, 1, __ATOMIC_ACQ_REL);
    const unsigned complete = (before / threads + 1) * threads;
    for (unsigned look = 0;
         static_cast<int>(__atomic_load_n(&come_, __ATOMIC_ACQUIRE) - complete) < 0; ++look)
        if (look >= 200) sched_yield();
}

}  // namespace tally::stress
