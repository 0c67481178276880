// SPDX-License-Identifier: MIT
// The Python programs of programs/, as texts for `-c`: what is measured needs no file beside it.
#pragma once

namespace tally::interpreters::programs {

extern const char* const probe;
extern const char* const counter;
extern const char* const answer;

}  // namespace tally::interpreters::programs
