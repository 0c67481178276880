// SPDX-License-Identifier: MIT
// Printing that cannot fail in the middle of the work, with a format: where fmt::print would throw
// because the reader has left (`| head -1`), and end the work with the printing.
#pragma once

#include <fmt/core.h>

#include <utility>

#include "kit/output.hpp"

namespace tally::kit {

// To standard output, as print() of a text.
template <class First, class... Others>
void print(fmt::format_string<First, Others...> format, First&& first, Others&&... others) {
    print(fmt::format(format, std::forward<First>(first), std::forward<Others>(others)...));
}

// To standard error, as complain() of a text.
template <class First, class... Others>
void complain(fmt::format_string<First, Others...> format, First&& first, Others&&... others) {
    complain(fmt::format(format, std::forward<First>(first), std::forward<Others>(others)...));
}

}  // namespace tally::kit
