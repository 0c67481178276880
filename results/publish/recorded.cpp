// SPDX-License-Identifier: MIT
#include "results/publish/recorded.hpp"

#include <nlohmann/json.hpp>

namespace tally::results {

using nlohmann::json;

recorded::recorded(json document) : document_(std::make_shared<const json>(std::move(document))) {}

const json* recorded::find(const std::string& path) const {
    const json::json_pointer at(path);
    return document_ != nullptr && document_->contains(at) ? &document_->at(at) : nullptr;
}

std::string recorded::text(const std::string& path) const {
    const json* value = find(path);
    if (value == nullptr) return "";
    const std::string text = value->is_string() ? value->get<std::string>() : value->dump();
    return text == "n/a" ? "" : text;
}

std::optional<double> recorded::number(const std::string& path) const {
    const json* value = find(path);
    if (value == nullptr || !value->is_number()) return {};
    return value->get<double>();
}

std::vector<std::pair<std::string, std::string>> recorded::texts(const std::string& path) const {
    std::vector<std::pair<std::string, std::string>> all;
    const json* object = find(path);
    if (object == nullptr || !object->is_object()) return all;
    for (const auto& [name, value] : object->items())
        if (value.is_string() && value != "n/a") all.emplace_back(name, value.get<std::string>());
    return all;
}

}  // namespace tally::results
