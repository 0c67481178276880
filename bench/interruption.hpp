// Ctrl-C and SIGTERM: the run ends after the present window, and what was measured is kept.
#pragma once

#include <chrono>

namespace tally::bench {

// From now on SIGINT, SIGTERM and SIGHUP are noted. A second one ends the process at once.
void heed_interruptions() noexcept;

// The number of the signal that came, or 0.
int interruption() noexcept;

// Sleeps; returns early, and false, when an interruption comes.
bool sleep_unless_interrupted(std::chrono::nanoseconds time) noexcept;

}  // namespace tally::bench
