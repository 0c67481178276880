// SPDX-License-Identifier: MIT
#include "kit/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace tally::kit {

namespace fs = std::filesystem;

namespace {

// 0, or what went wrong.
int write_all(const char* path, int flags, std::string_view text) noexcept {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
    if (file < 0) return errno;
    int error = 0;
    while (!text.empty() && error == 0) {
        const auto written = ::write(file, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            error = errno;
    }
    // Before the rename, or a crash could leave the name on an empty file. A full disk may be found
    // out as late as here.
    if (error == 0 && ::fsync(file) != 0 && errno != EINVAL) error = errno;
    if (::close(file) != 0 && error == 0) error = errno;
    return error;
}

[[noreturn]] void give_up(const fs::path& file, const std::string& why) {
    throw cannot_write("cannot write " + file.string() + ": " + why);
}

[[noreturn]] void give_up(const fs::path& file, const fs::path& beside, const std::string& why) {
    std::error_code ignored;
    fs::remove(beside, ignored);
    give_up(file, why);
}

// The file that a link means; the name itself where it is none, or means nothing.
fs::path meant_by(const fs::path& file) {
    std::error_code error;
    if (!fs::is_symlink(file, error)) return file;
    const fs::path target = fs::canonical(file, error);
    return error ? file : target;
}

}  // namespace

fs::path write_beside(const fs::path& file, std::string_view text) {
    fs::path beside = file;
    beside += "." + std::to_string(::getpid()) + ".partial";
    if (const int error = write_all(beside.c_str(), O_CREAT | O_TRUNC, text); error != 0)
        give_up(file, beside, std::generic_category().message(error));
    return beside;
}

void write_whole(const fs::path& file, std::string_view text) {
    if (is_stream(file)) {
        if (const int error = write_all(file.c_str(), 0, text); error != 0)
            give_up(file, std::generic_category().message(error));
        return;
    }
    const fs::path target = meant_by(file);
    const fs::path beside = write_beside(target, text);
    std::error_code error;
    fs::rename(beside, target, error);
    if (error) give_up(file, beside, error.message());
}

void expect_writable(const fs::path& file) {
    std::error_code error;
    if (fs::is_directory(file, error)) give_up(file, "it is a folder");
    if (is_stream(file)) {
        if (::access(file.c_str(), W_OK) != 0)
            give_up(file, std::generic_category().message(errno));
        return;
    }
    fs::remove(write_beside(meant_by(file), "trial\n"), error);
}

bool is_stream(const fs::path& file) noexcept {
    std::error_code error;
    const auto status = fs::status(file, error);
    return !error && fs::exists(status) && !fs::is_regular_file(status) &&
           !fs::is_directory(status);
}

}  // namespace tally::kit
