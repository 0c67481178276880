// SPDX-License-Identifier: MIT
// A kind of failure as JSON: by its name; none is null.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "machines/checked/failure.hpp"

namespace tally::check {

inline nlohmann::json failure_json(std::optional<model::failure_kind> kind) {
    return kind ? nlohmann::json(std::string(to_string(*kind))) : nlohmann::json(nullptr);
}

// Throws std::runtime_error, of a name that no kind has.
inline std::optional<model::failure_kind> failure_in(const nlohmann::json& json) {
    if (json.is_null()) return std::nullopt;
    const auto name = json.get<std::string>();
    const auto kind = model::failure_called(name);
    if (!kind) throw std::runtime_error("'" + name + "' is not a kind of failure");
    return kind;
}

}  // namespace tally::check
