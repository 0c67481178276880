// SPDX-License-Identifier: MIT
#include "kit/line_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "kit/whole_file.hpp"

namespace tally::kit {

namespace {

[[noreturn]] void give_up(const std::filesystem::path& file, int error) {
    throw cannot_write("cannot write " + file.string() + ": " +
                       std::generic_category().message(error));
}

}  // namespace

line_file::line_file(std::filesystem::path file) : path_(std::move(file)) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC | O_APPEND, 0666);
    if (file_ < 0) give_up(path_, errno);
}

line_file::~line_file() {
    if (file_ >= 0) ::close(file_);
}

line_file& line_file::operator=(line_file&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    return *this;
}

void line_file::append(std::string_view line) {
    if (file_ < 0) return;
    std::string text(line);
    text += '\n';
    std::string_view left = text;
    while (!left.empty()) {
        const auto written = ::write(file_, left.data(), left.size());
        if (written >= 0) {
            left.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            const int error = errno;
            // The beginning of this line may be there.
            if (::ftruncate(file_, size_) != 0) give_up(path_, errno);
            give_up(path_, error);
        }
    }
    size_ += static_cast<long long>(text.size());
}

void line_file::remove() noexcept {
    if (file_ < 0) return;
    ::close(file_);
    file_ = -1;
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

lines_read whole_lines(std::string_view text) {
    lines_read result;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find('\n', from);
        if (end == std::string_view::npos) {
            result.torn = true;
            break;
        }
        result.lines.emplace_back(text.substr(from, end - from));
        from = end + 1;
    }
    return result;
}

}  // namespace tally::kit
