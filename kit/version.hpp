// SPDX-License-Identifier: MIT
// Which Tally this is.
#pragma once

#include <string>

namespace tally::kit {

struct built {
    const char* version;
    const char* revision;  // of the sources, or "unknown"
    const char* compiler;
    const char* type;  // of build
};

// Generated: nothing else is compiled anew when the revision changes.
extern const built this_build;

// "tally-race 0.1.0, revision 0123456789, GNU 12.2.0, RelWithDebInfo"
std::string version_of(const std::string& program);

}  // namespace tally::kit
