// SPDX-License-Identifier: MIT
// Files of the catalogue that this build could not include, and why.
#pragma once

#include <span>
#include <string_view>

namespace tally {

struct left_out_entry {
    std::string_view name;
    std::string_view reason;  // for a person: what was not found, and the package that has it
};

std::span<const left_out_entry> left_out() noexcept;

}  // namespace tally
