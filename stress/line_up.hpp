// SPDX-License-Identifier: MIT
// A starting line that ThreadSanitizer does not see.
//
// Threads that meet at a visible barrier are ordered by it, and what they do just after may
// look ordered too. This one is compiled without instrumentation: it orders nothing in the
// sanitizer's eyes, as in the sanitizer's own tests.
#pragma once

namespace tally::stress {

class starting_line {
public:
    // Returns when `threads` have come; then it is ready for the next `threads`. After a while
    // of spinning it gives the CPU away, so more threads than CPUs come to it too.
    void line_up(unsigned threads) noexcept;
    void reset() noexcept { come_ = 0; }  // while nobody is here

private:
    unsigned come_ = 0;
};

}  // namespace tally::stress
