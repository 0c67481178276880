// SPDX-License-Identifier: MIT
// A part of a hand-written page that is filled in by tally-publish, between two marks:
//
//   <!-- tally:answer -->
//   what stands here is replaced
//   <!-- /tally:answer -->
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::results {

// The page with `contents` in the region of that name; empty if it has no such region.
std::optional<std::string> fill_region(std::string_view page, std::string_view name,
                                       std::string_view contents);

}  // namespace tally::results
