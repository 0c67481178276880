// SPDX-License-Identifier: MIT
// A memory order weakened: one access of a lock, by where it stands, and the order that it is given
// in place of the one that is written. On `checked` to see what notices, on `mutated` natively.
//
// On a command line: FILE:LINE:ORDER, or FILE:LINE:COLUMN:ORDER where accesses share a line.
#pragma once

#include <atomic>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "machines/site.hpp"

namespace tally {

constexpr std::string_view to_string(std::memory_order order) {
    switch (order) {
        case std::memory_order_relaxed: return "relaxed";
        case std::memory_order_consume: return "consume";
        case std::memory_order_acquire: return "acquire";
        case std::memory_order_release: return "release";
        case std::memory_order_acq_rel: return "acq_rel";
        case std::memory_order_seq_cst: return "seq_cst";
    }
    return "?";
}

struct weakening {
    site where;               // column 0: whatever stands on that line
    bool on_failure = false;  // of a compare-exchange: the order of its failure, not its success
    std::memory_order to = std::memory_order_relaxed;

    bool is_of(const site& access, bool its_failure) const noexcept {
        return where.line == access.line && (where.column == 0 || where.column == access.column) &&
               on_failure == its_failure && std::string_view(where.file) == access.file;
    }
};

// What was typed: the file is the end of a path, as "mcs.hpp" or "queue/mcs.hpp".
struct asked_weakening {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;  // 0: none was given
    std::memory_order to = std::memory_order_relaxed;

    // "mcs.hpp:54", as accesses are named.
    std::string place() const { return file + ':' + std::to_string(line); }
    // Whether it means this access. (Of a compare-exchange: its success.)
    bool means(const site& access) const noexcept {
        const std::string_view path(access.file);
        const bool whole_names =
            path.size() == file.size() ||
            (path.size() > file.size() && path[path.size() - file.size() - 1] == '/');
        return path.ends_with(file) && whole_names && access.line == line &&
               (column == 0 || access.column == column);
    }
};

// Throws std::invalid_argument: one line that says what is wrong, for who typed it.
inline asked_weakening read_weakening(std::string_view text) {
    const auto refuse = [&](const std::string& why) {
        return std::invalid_argument("--weaken needs FILE:LINE:ORDER, got '" + std::string(text) +
                                     "': " + why);
    };
    std::string_view rest = text;
    const auto take_last = [&]() -> std::optional<std::string_view> {
        const auto colon = rest.rfind(':');
        if (colon == std::string_view::npos) return std::nullopt;
        const auto last = rest.substr(colon + 1);
        rest = rest.substr(0, colon);
        return last;
    };
    const auto number = [](std::string_view digits) -> unsigned {
        unsigned value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc() && end == digits.data() + digits.size() ? value : 0;
    };
    asked_weakening asked;
    const auto order = take_last();
    if (!order) throw refuse("there is no ORDER");
    bool known = false;
    for (const auto each :
         {std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_release,
          std::memory_order_acq_rel, std::memory_order_seq_cst})
        if (to_string(each) == *order) {
            asked.to = each;
            known = true;
        }
    if (!known)
        throw refuse("the order is one of relaxed, acquire, release, acq_rel, seq_cst, not '" +
                     std::string(*order) + "'");
    const auto line = take_last();
    if (!line) throw refuse("there is no LINE");
    if (number(*line) == 0)
        throw refuse("the line is a whole number from 1 on, not '" + std::string(*line) + "'");
    asked.line = number(*line);
    // What stands before a line and is a number is the line, and that was the column.
    if (const auto colon = rest.rfind(':');
        colon != std::string_view::npos && number(rest.substr(colon + 1)) != 0) {
        asked.column = asked.line;
        asked.line = number(rest.substr(colon + 1));
        rest = rest.substr(0, colon);
    }
    if (rest.empty()) throw refuse("there is no FILE");
    asked.file = rest;
    return asked;
}

}  // namespace tally
