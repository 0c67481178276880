// SPDX-License-Identifier: MIT
// The command line of tally-bench.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bench/matrix.hpp"
#include "bench/settled.hpp"
#include "kit/bad_input.hpp"

namespace tally::bench {

using kit::bad_input;

enum class output_format { console, json, csv };

struct options {
    selection wanted;
    std::string filter;  // as Google Benchmark's; empty: all; a leading '-': all but
    std::chrono::nanoseconds warm_up = std::chrono::milliseconds(10);
    std::chrono::nanoseconds length = std::chrono::milliseconds(100);
    std::optional<std::chrono::nanoseconds> budget;  // all windows together; then `length` is
                                                     // the longest, and windows shrink to fit
    repetition_plan repetitions;
    unsigned repeats_when_dirty = 3;
    std::chrono::nanoseconds patience = std::chrono::seconds(60);  // before a team is held to hang
    bool list = false;
    bool catalogue = false;
    bool catalogue_page = false;
    output_format shown = output_format::console;
    output_format written = output_format::json;
    std::string out;      // a file, or empty
    std::string store;    // a folder of runs, or empty
    std::string machine;  // the run's folder in it; empty: from the CPU's name
    std::vector<std::string> command_line;

    // A window that was cut gets its warm-up cut in proportion.
    std::chrono::nanoseconds warm_up_for(std::chrono::nanoseconds cut) const {
        return length > cut
                   ? std::chrono::nanoseconds(static_cast<std::int64_t>(
                         static_cast<double>(warm_up.count()) * static_cast<double>(cut.count()) /
                         static_cast<double>(length.count())))
                   : warm_up;
    }
    std::vector<std::string> for_google_benchmark;  // argv[0] first
};

// Throws bad_input. Prints and returns none where there is nothing to run (--help, --version).
std::optional<options> parse_command_line(int argc, char** argv, const catalogue& known);

// A half-width: "5%", or "off": none. Throws bad_input.
std::optional<double> parse_settle(const std::string& text);

}  // namespace tally::bench
