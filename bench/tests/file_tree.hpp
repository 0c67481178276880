// SPDX-License-Identifier: MIT
// Files of a made-up system, for what reads /proc and /sys below another root.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "kit/catch2.hpp"

namespace tally::bench::tests {

class file_tree {
public:
    file_tree() { REQUIRE(::mkdtemp(root_.data()) != nullptr); }
    ~file_tree() { std::filesystem::remove_all(root_); }
    file_tree(const file_tree&) = delete;
    file_tree& operator=(const file_tree&) = delete;

    file_tree& add(const std::string& path, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
        std::ofstream(root_ + path) << text << '\n';
        return *this;
    }
    const std::string& root() const { return root_; }

private:
    std::string root_ = std::filesystem::temp_directory_path() / "tally-quota-XXXXXX";
};

}  // namespace tally::bench::tests
