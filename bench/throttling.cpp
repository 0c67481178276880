// SPDX-License-Identifier: MIT
#include "bench/throttling.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "bench/cpu_quota.hpp"

namespace tally::bench {

namespace {

// The sum of a group's two numbers; none if it has not even the first.
std::optional<std::uint64_t> read_group(int file) noexcept {
    std::array<char, 1024> text{};
    const auto length = ::pread(file, text.data(), text.size(), 0);
    if (length <= 0) return std::nullopt;
    std::string_view rest(text.data(), static_cast<std::size_t>(length));
    bool counts = false;
    std::uint64_t sum = 0;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto space = line.find(' ');
        if (space == std::string_view::npos) continue;
        const auto name = line.substr(0, space);
        if (name != "nr_throttled" && name != "throttled_usec" && name != "throttled_time")
            continue;
        std::uint64_t value = 0;
        std::from_chars(line.data() + space + 1, line.data() + line.size(), value);
        counts = counts || name == "nr_throttled";
        sum += value;
    }
    return counts ? std::optional(sum) : std::nullopt;
}

}  // namespace

throttling::throttling(const std::string& root) {
    for (const auto& group : cpu_groups(root)) {
        const int file = ::open((group.folder + "/cpu.stat").c_str(), O_RDONLY | O_CLOEXEC);
        if (file == -1) continue;
        if (read_group(file))
            files_.push_back(file);
        else
            ::close(file);
    }
}

throttling::~throttling() {
    for (const int file : files_)
        ::close(file);
}

std::uint64_t throttling::so_far() const noexcept {
    std::uint64_t sum = 0;
    for (const int file : files_)
        sum += read_group(file).value_or(0);
    return sum;
}

}  // namespace tally::bench
