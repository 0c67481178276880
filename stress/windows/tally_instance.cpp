// SPDX-License-Identifier: MIT
// The demonstration of single_instance on Windows: run it twice. It reads its command line with
// getopt, which mingw-w64 brings along: the kit's command line is built on CLI11, and Debian has no
// CLI11 for mingw-w64. The options are those of the program for Linux,
// ../instance/tally_instance.cpp.
#include <getopt.h>

#include <charconv>
#include <cstdio>
#include <cstring>

#include "kit/version.hpp"
#include "locks/process/single_instance.hpp"
#include "stress/instance/demonstration.hpp"

namespace {

using std::chrono::milliseconds;

constexpr const char* usage =
    "usage: tally-instance [--name NAME] [--machine-wide] [--folder FOLDER]\n"
    "                      [--for TIME]\n"
    "\n"
    "Says whether another copy of it is running, and goes on if not: until SIGINT or\n"
    "SIGTERM, a line on standard input, or the end of TIME (10s, 500ms).\n"
    "\n"
    "  --name NAME      what counts as a copy (tally-instance)\n"
    "  --machine-wide   one on this machine; else one for each user\n"
    "  --folder FOLDER  POSIX: where the lock file lies, not in the system's folder\n"
    "  --for TIME       stop after this time\n"
    "  --version        version, revision, compiler, build type\n"
    "\n"
    "exit status: 0 both when it ran and when another copy is running; 1 when that\n"
    "cannot be told safely; 2 when the command line is wrong\n";

bool read_time(const char* text, milliseconds& time) {
    const char* const end = text + std::strlen(text);
    unsigned number = 0;
    const auto [unit, error] = std::from_chars(text, end, number);
    if (error != std::errc()) return false;
    if (std::strcmp(unit, "ms") == 0)
        time = milliseconds(number);
    else if (std::strcmp(unit, "s") == 0)
        time = std::chrono::seconds(number);
    else
        return false;
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    enum : int {
        name_option = 'n',
        wide_option = 'w',
        folder_option = 'd',
        for_option = 'f',
        version_option = 'v'
    };
    const option known[] = {{"name", required_argument, nullptr, name_option},
                            {"machine-wide", no_argument, nullptr, wide_option},
                            {"folder", required_argument, nullptr, folder_option},
                            {"for", required_argument, nullptr, for_option},
                            {"help", no_argument, nullptr, 'h'},
                            {"version", no_argument, nullptr, version_option},
                            {}};
    const char* name = "tally-instance";
    tally::instance_options options;
    std::optional<milliseconds> at_most;
    int given = 0;
    while ((given = getopt_long(argc, argv, "h", known, nullptr)) != -1) {
        switch (given) {
            case name_option: name = optarg; break;
            case wide_option: options.scope = tally::instance_scope::machine_wide; break;
            case folder_option:
                // Not the system's folder: it is a script's empty variable.
                if (*optarg == '\0') {
                    std::fputs("tally-instance: --folder is empty: name a folder\n", stderr);
                    return 2;
                }
                options.folder = optarg;
                break;
            case for_option:
                if (!read_time(optarg, at_most.emplace())) {
                    std::fprintf(stderr,
                                 "tally-instance: --for %s is not a time: write it as 10s or "
                                 "500ms\n",
                                 optarg);
                    return 2;
                }
                break;
            case 'h': std::fputs(usage, stdout); return 0;
            case version_option:
                std::puts(tally::kit::version_of("tally-instance").c_str());
                return 0;
            default: return 2;  // getopt has said what is wrong
        }
    }
    if (optind != argc) {
        std::fprintf(stderr, "tally-instance: %s is not an option: see --help\n", argv[optind]);
        return 2;
    }
    try {
        return tally::demonstrate(name, options, at_most);
    } catch (const tally::instance_error& error) {
        std::fprintf(stderr, "tally-instance: %s\n", error.what());
        return error.problem() == tally::instance_problem::bad_name ? 2 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tally-instance: %s\n", error.what());
        return 1;
    }
}
