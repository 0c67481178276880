// SPDX-License-Identifier: MIT
// Where in the source an access stands. A machine that tells accesses apart takes a trailing
// defaulted `site` in each of its calls, so that a lock's source need not name it:
//
//   T load(std::memory_order order, site from = site::here());
//
// File, line and column: two accesses on one line are two sites. (All accesses a macro expands
// to stand where the macro is used: they are one site.)
#pragma once

#if !defined(__clang__)
#include <source_location>
#endif

namespace tally {

struct site {
    const char* file = "";
    unsigned line = 0;
    unsigned column = 0;

#if defined(__clang__)
    // clang 14 has the three builtins, and no std::source_location.
    static constexpr site here(const char* file = __builtin_FILE(),
                               unsigned line = __builtin_LINE(),
                               unsigned column = __builtin_COLUMN()) noexcept {
        return {file, line, column};
    }
#else
    // gcc has no __builtin_COLUMN, and std::source_location knows the column.
    static constexpr site here(
        std::source_location where = std::source_location::current()) noexcept {
        return {where.file_name(), where.line(), where.column()};
    }
#endif
};

}  // namespace tally
