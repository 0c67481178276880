// SPDX-License-Identifier: MIT
#include "check/source.hpp"

#include <fmt/core.h>

#include <fstream>
#include <map>
#include <string_view>
#include <vector>

namespace tally::check {

namespace {

const std::vector<std::string>& lines_of(const char* file) {
    static std::map<std::string, std::vector<std::string>> read;
    auto [at, is_new] = read.try_emplace(file);
    if (is_new) {
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);)
            at->second.push_back(line);
    }
    return at->second;
}

std::string_view without_indent(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{} : line.substr(first);
}

}  // namespace

std::string short_place(const site& where) {
    const std::string_view file(where.file);
    const auto slash = file.find_last_of('/');
    return fmt::format("{}:{}", slash == std::string_view::npos ? file : file.substr(slash + 1),
                       where.line);
}

std::string source_line(const site& where) {
    const auto& lines = lines_of(where.file);
    if (where.line == 0 || where.line > lines.size()) return {};
    return std::string(without_indent(lines[where.line - 1]));
}

std::string stated_reason(const site& where) {
    const auto& lines = lines_of(where.file);
    if (where.line == 0 || where.line > lines.size()) return {};
    // Up from the access to the end of the statement before it, comments passed on the way.
    std::vector<std::string_view> comment;  // from the bottom up
    for (std::size_t at = where.line - 1; at-- != 0;) {
        const auto line = without_indent(lines[at]);
        if (line.substr(0, 2) == "//") {
            comment.push_back(without_indent(line.substr(2)));
            continue;
        }
        if (!comment.empty() || line.empty()) break;
        const char last = line.back();
        if (last == ';' || last == '{' || last == '}') break;
    }
    constexpr std::string_view mark = "stronger than needed:";
    std::string joined;
    for (auto line = comment.rbegin(); line != comment.rend(); ++line)
        joined += (joined.empty() ? "" : " ") + std::string(*line);
    const auto begins = joined.find(mark);
    if (begins == std::string::npos) return {};
    return std::string(without_indent(std::string_view(joined).substr(begins + mark.size())));
}

}  // namespace tally::check
