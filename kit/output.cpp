// SPDX-License-Identifier: MIT
#include "kit/output.hpp"

#include <cstdio>

namespace tally::kit {

void print(std::string_view text) noexcept {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void complain(std::string_view text) noexcept { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string shown(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return out;
}

}  // namespace tally::kit
