// SPDX-License-Identifier: MIT
#include "results/publish/atomic_files.hpp"

#include <system_error>

namespace tally::results {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const fs::path& file, const std::error_code& error) {
    throw kit::cannot_write("cannot write " + file.string() + ": " + error.message());
}

}  // namespace

atomic_files::~atomic_files() {
    for (const auto& [file, temporary] : temporary_of_) {
        std::error_code ignored;
        fs::remove(temporary, ignored);
    }
}

void atomic_files::add(const fs::path& file, std::string_view contents) {
    std::error_code error;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
    if (error) give_up(file.parent_path(), error);

    temporary_of_[file] = kit::write_beside(file, contents);
}

void atomic_files::commit() {
    while (!temporary_of_.empty()) {
        const auto first = temporary_of_.begin();
        std::error_code error;
        fs::rename(first->second, first->first, error);
        if (error) give_up(first->first, error);
        temporary_of_.erase(first);
    }
}

}  // namespace tally::results
