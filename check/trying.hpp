// SPDX-License-Identifier: MIT
// What is being decided, for whoever has to say so when the process ends in the middle of it: a
// lock under test may crash, end the program, or never come back.
#pragma once

#include <string_view>

#include "check/catalogue.hpp"

namespace tally::check {

// Of whom is decided what follows.
void now_deciding(std::string_view subject);
// A claim of it, at one size. `weakened`: with a memory order replaced.
void now_trying(std::string_view sentence, size at, bool weakened);

// From now on a step that does not end, a full stack or a full heap end the process with one line
// that names the subject and the claim, and with exit_cannot_say. In a child of run_jobs(), the
// parent is told instead, by the pipe `to`: each try by a line that begins with `says_trying`, and
// the reason by one that begins with `says_why`.
void watch_decisions();
void watch_decisions(int to);

inline constexpr char says_trying = 1;
inline constexpr char says_why = 2;

}  // namespace tally::check
