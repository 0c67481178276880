// SPDX-License-Identifier: MIT
// Google Benchmark drives: it is told of every row, decides the order, and asks for one
// repetition after the other; here each becomes a window.
#pragma once

namespace tally::bench {

// All of tally-bench. Returns the exit code: 0; 1: a count was wrong, or a row or file failed;
// 2: bad input; 128 + signal: interrupted.
int run(int argc, char** argv);

}  // namespace tally::bench
