// SPDX-License-Identifier: MIT
// Ctrl-C and SIGTERM: the run ends after the present window, and what was measured is kept. Ctrl-Z
// and fg: the run goes on, and the window in which it was stopped is known.
#pragma once

#include <chrono>

namespace tally::kit {

// From now on SIGINT, SIGTERM and SIGHUP are noted, and SIGCONT is counted. A second one of the
// first three ends the process at once.
void heed_interruptions() noexcept;

// The number of the signal that came, or 0.
int interruption() noexcept;

// How often this process was told to go on: after each stop, at least.
unsigned times_continued() noexcept;

// Sleeps; returns early, and false, when an interruption comes.
bool sleep_unless_interrupted(std::chrono::nanoseconds time) noexcept;

}  // namespace tally::kit
