// SPDX-License-Identifier: MIT
#include "results/publish/region.hpp"

#include <fmt/core.h>

namespace tally::results {

std::optional<std::string> fill_region(std::string_view page, std::string_view name,
                                       std::string_view contents) {
    const std::string opens = fmt::format("<!-- tally:{} -->\n", name);
    const std::string closes = fmt::format("<!-- /tally:{} -->", name);
    const auto begin = page.find(opens);
    if (begin == std::string_view::npos) return {};
    const auto from = begin + opens.size();
    const auto until = page.find(closes, from);
    if (until == std::string_view::npos) return {};
    return fmt::format("{}{}{}", page.substr(0, from), contents, page.substr(until));
}

}  // namespace tally::results
