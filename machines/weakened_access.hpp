// SPDX-License-Identifier: MIT
// What a record says of an access that was weakened: by what it is asked for again, and what stands
// there. Reports, scoreboards and pages name weakened orders with it.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

#include "machines/weakening.hpp"

namespace tally {

struct weakened_access {
    asked_weakening by;     // the file without its folders
    std::string operation;  // "exchange"; "compare_exchange (on failure)"
    std::memory_order from = std::memory_order_relaxed;

    weakened_access() = default;
    weakened_access(const weakening& weaker, std::string operation_, std::memory_order from_)
        : operation(std::move(operation_)), from(from_) {
        const std::string_view file(weaker.where.file);
        by = {std::string(file.substr(file.rfind('/') + 1)), weaker.where.line, weaker.where.column,
              weaker.to};
        if (weaker.on_failure) operation += " (on failure)";
    }

    // "mcs.hpp:54:relaxed", as read_weakening() takes it.
    std::string text() const { return by.place() + ':' + std::string(to_string(by.to)); }
    // "release -> relaxed"
    std::string orders() const {
        return std::string(to_string(from)) + " -> " + std::string(to_string(by.to));
    }
};

}  // namespace tally
