// SPDX-License-Identifier: MIT
#include "tsan/runtime.hpp"

#include "kit/exit_codes.hpp"

#include <sys/personality.h>

#include "tsan/report.hpp"

namespace tally::tsan {

kit::child_result runtime::run(const std::vector<std::string>& command,
                               std::chrono::milliseconds limit) const {
    std::string flags = "exitcode=" + std::to_string(kit::exit_reported) + " atexit_sleep_ms=0";
    if (!suppressions.empty()) flags += " suppressions=" + suppressions;
    if (!symbolizer.empty()) flags += " external_symbolizer_path=" + symbolizer;
    if (!symbolize) flags += " symbolize=0";
    const kit::child_options how{.environment = {"TSAN_OPTIONS=" + flags}, .limit = limit};
    auto seen = kit::run_child(command, how);
    if (refused_to_start(seen.output)) {
        // Without randomisation the layout is one that every runtime knows.
        if (::personality(ADDR_NO_RANDOMIZE) != -1) seen = kit::run_child(command, how);
        if (refused_to_start(seen.output))
            throw not_started(
                "ThreadSanitizer's runtime does not start: this kernel randomises addresses more "
                "widely than it can handle.\nTo go on, do one of these and run the test again:\n"
                "  sudo sysctl vm.mmap_rnd_bits=28      (until the next boot)\n"
                "  setarch --addr-no-randomize ctest ...\n"
                "  use a newer compiler: clang 18 and gcc 14 cope by themselves\n"
                "It said:\n" +
                seen.output);
    }
    return seen;
}

}  // namespace tally::tsan
