// SPDX-License-Identifier: MIT
// A folder of a test's own, gone when the test is. One that a killed test left is removed by the
// next.
#pragma once

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tally::kit::tests {

struct scratch {
    std::filesystem::path path;

    scratch() {
        remove_dead();
        std::string pattern = (std::filesystem::temp_directory_path() /
                               (prefix + std::to_string(::getpid()) + "-XXXXXX"))
                                  .string();
        path = ::mkdtemp(pattern.data());
    }
    ~scratch() { remove(path); }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    std::filesystem::path write(const std::filesystem::path& relative, const std::string& text) {
        const auto file = path / relative;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }

private:
    inline static const std::string prefix = "tally-kit-test-";

    static void remove(const std::filesystem::path& folder) {
        std::error_code ignored;
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(folder, ignored);
    }
    static void remove_dead() {
        std::error_code ignored;
        for (const auto& entry :
             std::filesystem::directory_iterator(std::filesystem::temp_directory_path(), ignored)) {
            const std::string name = entry.path().filename().string();
            if (!name.starts_with(prefix)) continue;
            const auto owner = std::atoi(name.c_str() + prefix.size());
            if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH) remove(entry.path());
        }
    }
};

inline std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace tally::kit::tests
