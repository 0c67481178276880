// SPDX-License-Identifier: MIT
// A weakened access as JSON: five fields of the record that it is a part of, in which there may be
// none. An access is stored by its place, "mcs.hpp:54".
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "machines/weakened_access.hpp"

namespace tally::check {

inline void add_weakening(nlohmann::json& to, const std::optional<weakened_access>& access) {
    to["place"] = access ? access->by.place() : "";
    to["column"] = access ? access->by.column : 0;
    to["operation"] = access ? access->operation : "";
    to["from"] = access ? to_string(access->from) : "";
    to["to"] = access ? to_string(access->by.to) : "";
}

// Throws std::runtime_error, of a place or an order that is not one. Scoreboards that were stored
// before November 28th, 2026 do not say the column.
inline std::optional<weakened_access> weakening_in(const nlohmann::json& record) {
    const auto place = record.at("place").get<std::string>();
    if (place.empty()) return std::nullopt;
    const auto from = record.at("from").get<std::string>();
    const auto to = record.at("to").get<std::string>();
    try {
        weakened_access access;
        access.by = read_weakening(place + ':' + to);
        access.by.column = record.value("column", 0U);
        access.operation = record.at("operation").get<std::string>();
        access.from = read_weakening(place + ':' + from).to;
        return access;
    } catch (const std::invalid_argument&) {
        throw std::runtime_error(
            "a weakened order needs its FILE:LINE and two memory orders, got '" + place + "', '" +
            from + "' and '" + to + "'");
    }
}

}  // namespace tally::check
