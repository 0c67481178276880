// SPDX-License-Identifier: MIT
#include "tsan/report.hpp"

#include <filesystem>
#include <regex>
#include <sstream>

namespace tally::tsan {

namespace {

// Without what leads up to where a relative path is relative to: "a/../../b" is "b" here.
std::string tidy(std::string_view path) {
    std::string text = std::filesystem::path(path).lexically_normal().generic_string();
    while (text.rfind("../", 0) == 0)
        text.erase(0, 3);
    return text;
}

bool of_the_machines(const std::string& path) {
    return ('/' + tidy(path)).find("/machines/") != std::string::npos;
}

}  // namespace

std::vector<report> reports_in(std::string_view output) {
    static const std::regex heading("WARNING: ThreadSanitizer: ([^(]*[^( ])");
    static const std::regex access("^  (Previous )?([Aa]tomic )?([Rr]ead|[Ww]rite) of size ");
    // gcc: "#0 function file:line (module)"; clang has ":column" behind the line.
    static const std::regex frame("^    #[0-9]+ .* ([^ :]+):([0-9]+)(:[0-9]+)? \\(.*$");
    std::vector<report> found;
    bool in_access = false;
    std::istringstream lines{std::string(output)};
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_search(line, match, heading)) {
            found.push_back({.kind = match[1], .accesses = {}});
            in_access = false;
        } else if (found.empty()) {
            continue;
        } else if (std::regex_search(line, access)) {
            in_access = true;
        } else if (in_access && std::regex_match(line, match, frame)) {
            if (of_the_machines(match[1])) continue;
            found.back().accesses.push_back(match[1].str() + ':' + match[2].str());
            in_access = false;
        } else if (line.empty()) {
            in_access = false;
        }
    }
    return found;
}

bool same_place(std::string_view one, std::string_view other) {
    std::string longer = '/' + tidy(one);
    std::string shorter = '/' + tidy(other);
    if (one.empty() || other.empty()) return false;
    if (one.front() == '/' && other.front() == '/') return longer == shorter;
    if (longer.size() < shorter.size()) swap(longer, shorter);
    return longer.compare(longer.size() - shorter.size(), shorter.size(), shorter) == 0;
}

bool refused_to_start(std::string_view output) {
    return output.find("FATAL: ThreadSanitizer") != std::string_view::npos &&
           (output.find("unexpected memory mapping") != std::string_view::npos ||
            output.find("memory layout is incompatible") != std::string_view::npos);
}

}  // namespace tally::tsan
