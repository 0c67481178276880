// SPDX-License-Identifier: MIT
// The demonstration of single_instance: run it twice.
#include <chrono>
#include <string>

#include "kit/bad_input.hpp"
#include "kit/command_line.hpp"
#include "kit/program.hpp"
#include "locks/process/single_instance.hpp"
#include "stress/instance/demonstration.hpp"

namespace {

using namespace std::chrono_literals;

int program(int argc, char** argv) {
    tally::kit::command_line line("tally-instance",
                                  "Says whether another copy of it is running, and goes on if not: "
                                  "until SIGINT or SIGTERM, a "
                                  "line on standard input, or the end of a time.");
    std::string name = "tally-instance";
    bool machine_wide = false;
    tally::instance_options options;
    std::chrono::milliseconds at_most{};
    line.option("--name", tally::kit::text(name, "NAME"), "what counts as a copy");
    line.flag("--machine-wide", machine_wide, "one on this machine (default: one for each user)");
    line.option("--folder", tally::kit::text(options.folder, "FOLDER"),
                "where the lock file is (default: the system's folder)");
    line.option("--for", tally::kit::time(at_most, 0s, 240h),
                "stop after this time (default: never)");
    line.end_with(
        "Exit codes: 0 both when it ran and when another copy is running; 1 when that cannot be "
        "told safely; 2 bad input.");
    if (!line.parse(argc, argv)) return 0;
    if (machine_wide) options.scope = tally::instance_scope::machine_wide;
    try {
        return tally::demonstrate(name, options,
                                  line.given("--for") ? std::optional(at_most) : std::nullopt);
    } catch (const tally::instance_error& error) {
        if (error.problem() == tally::instance_problem::bad_name)
            throw tally::kit::bad_input(error.what());
        throw;
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-instance", program, argc, argv);
}
