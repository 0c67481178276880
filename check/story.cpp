// SPDX-License-Identifier: MIT
#include "check/story.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "check/source.hpp"

namespace tally::check {

namespace {

// Hexadecimal from here on: pointers, and all-ones marks.
std::string number(std::uint64_t value) {
    return value < 1'000'000 ? std::to_string(value) : fmt::format("0x{:x}", value);
}

std::string what_it_does(const model::step& s) {
    std::string text = fmt::format("{} {}", s.object, to_string(s.op));
    if (s.reads && s.writes)
        text += fmt::format(" {} -> {}", number(s.read), number(s.written));
    else if (s.reads)
        text += fmt::format(" reads {}", number(s.read));
    else if (s.writes)
        text += fmt::format(" := {}", number(s.written));
    if (s.failed) text += ", fails";
    if (s.stuck) text += ", waits for ever";
    return text;
}

// What is not to be seen from the values alone.
std::string remark(const model::step& s, int row) {
    std::string text = s.order;
    const auto add = [&](const std::string& more) {
        if (!text.empty()) text += ", ";
        text += more;
    };
    if (s.reads && s.stale)
        add(s.read_from < 0 ? "stale: the initial value"
                            : fmt::format("stale: from step {}", s.read_from + 1));
    else if (s.reads && s.read_from >= 0 && s.read_from + 1 != row)
        add(fmt::format("from step {}", s.read_from + 1));
    if (s.not_last) add("placed before an older store");
    if (!s.why.empty()) add(s.why);
    return text;
}

}  // namespace

std::string tell(const model::failure& what, unsigned width) {
    std::vector<unsigned> threads;
    std::size_t widest_where = 5;
    std::map<unsigned, std::size_t> column;  // width of each thread's
    for (const auto& s : what.story) {
        if (column.try_emplace(s.thread, std::size_t{10}).second) threads.push_back(s.thread);
        auto& wide = column[s.thread];
        wide = std::max(wide, what_it_does(s).size());
        widest_where = std::max(widest_where, short_place(s.where).size());
    }
    std::sort(threads.begin(), threads.end());

    std::string text = fmt::format("{:>4}  {:<{}}", "step", "where", widest_where);
    for (const unsigned t : threads) {
        const std::string name = t == 0 ? "the program" : fmt::format("thread {}", t);
        column[t] = std::max(column[t], name.size());
        text += fmt::format("  {:<{}}", name, column[t]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";

    int row = 0;
    for (const auto& s : what.story) {
        ++row;
        std::string line = fmt::format("{:>4}  {:<{}}", row, short_place(s.where), widest_where);
        for (const unsigned t : threads)
            line += fmt::format("  {:<{}}", t == s.thread ? what_it_does(s) : "", column[t]);
        const std::string more = remark(s, row);
        // Remarks stand beside the table where there is room, else on a line of their own.
        const bool beside = line.size() + 2 + more.size() <= width;
        if (!more.empty() && beside) line += "  " + more;
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
        if (!more.empty() && !beside) text += fmt::format("{:>{}}{}\n", "", 8, more);
    }

    std::set<std::string> told;
    std::string lines;
    for (const auto& s : what.story) {
        const std::string place = short_place(s.where);
        if (!told.insert(place).second) continue;
        if (const auto source = source_line(s.where); !source.empty())
            lines += fmt::format("  {:<{}}  {}\n", place, widest_where, source);
    }
    if (!lines.empty()) text += "\n" + lines;
    return text;
}

}  // namespace tally::check
