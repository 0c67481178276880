// SPDX-License-Identifier: MIT
// What ThreadSanitizer said: its reports, and where each of them points.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally::tsan {

struct report {
    std::string kind;  // "data race", ...
    // Of each access: the first frame outside machines/, as "path:line". There the program says
    // what it does; machines/ only does it.
    std::vector<std::string> accesses;
};

std::vector<report> reports_in(std::string_view output);

// Whether two "path:line" name one line of one file. Debug information names a file as the compiler
// was given it: relative to the folder of the build where ccache makes it so ("../../locks/a.hpp"),
// which this process need not know. So a relative path is the same as any that ends as it does.
bool same_place(std::string_view one, std::string_view other);

// The runtime refused to start because of how the kernel lays out memory.
bool refused_to_start(std::string_view output);

}  // namespace tally::tsan
