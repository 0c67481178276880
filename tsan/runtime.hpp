// SPDX-License-Identifier: MIT
// Runs a program that was built with ThreadSanitizer, as a child process.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "kit/child.hpp"

namespace tally::tsan {

// The runtime does not start on this kernel; says how to go on, in several lines.
struct not_started : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct runtime {
    std::string suppressions = {};  // a file; empty: none is given
    std::string symbolizer = {};    // clang's runtime wants one; empty: it looks for itself
    bool symbolize = true;          // reports name file and line: slow, and not always wanted

    // Also runs what was built without it. Throws not_started; std::system_error if there is no
    // such program.
    kit::child_result run(const std::vector<std::string>& command,
                          std::chrono::milliseconds limit) const;
};

}  // namespace tally::tsan
