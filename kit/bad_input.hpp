// SPDX-License-Identifier: MIT
// What was asked for is wrong, and nothing was done. One line says what was wrong and what would be
// right; run_program() prints it and ends with exit_bad_input.
#pragma once

#include <stdexcept>

namespace tally::kit {

struct bad_input : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace tally::kit
