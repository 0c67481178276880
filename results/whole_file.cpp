#include "results/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace tally::results {

namespace fs = std::filesystem;

namespace {

// 0, or what went wrong.
int write_all(const char* path, std::string_view text) noexcept {
    const int file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
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

[[noreturn]] void give_up(const fs::path& file, const fs::path& beside, const std::string& why) {
    std::error_code ignored;
    fs::remove(beside, ignored);
    throw cannot_write("cannot write " + file.string() + ": " + why);
}

}  // namespace

fs::path write_beside(const fs::path& file, std::string_view text) {
    fs::path beside = file;
    beside += "." + std::to_string(::getpid()) + ".partial";
    if (const int error = write_all(beside.c_str(), text); error != 0)
        give_up(file, beside, std::generic_category().message(error));
    return beside;
}

void write_whole(const fs::path& file, std::string_view text) {
    const fs::path beside = write_beside(file, text);
    std::error_code error;
    fs::rename(beside, file, error);
    if (error) give_up(file, beside, error.message());
}

}  // namespace tally::results
