// SPDX-License-Identifier: MIT
// What a run recorded of its machine, its build and its plan: environment.json, read by the path of
// a value. Whoever asks for one value need not compile the library that reads the document.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::results {

class recorded {
public:
    recorded() = default;  // of nothing
    explicit recorded(nlohmann::json document);

    // The value at a path of keys ("/cpu/model") as text; empty if it is not recorded ("n/a" says
    // the same).
    std::string text(const std::string& path) const;
    // Empty if there is none or it is no number.
    std::optional<double> number(const std::string& path) const;
    // The texts of the object there, by name; values that are no text, or "n/a", are left out.
    std::vector<std::pair<std::string, std::string>> texts(const std::string& path) const;

private:
    const nlohmann::json* find(const std::string& path) const;

    std::shared_ptr<const nlohmann::json> document_;
};

}  // namespace tally::results
