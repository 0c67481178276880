// SPDX-License-Identifier: MIT
// A file that a lock is kept on, held open by one process.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "machines/process/contract.hpp"
#include "machines/process/system.hpp"

namespace tally::process {

class open_file {
public:
    // Close-on-exec: a program that this process turns into must not hold locks it knows not of.
    open_file(const lock_name& name, opening how) : path_(name.path(suffix)) {
        const int made = how == opening::create ? O_CREAT | O_EXCL : 0;
        fd_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | made, 0600);
        if (fd_ == -1) fail("open " + path_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() { ::close(fd_); }

    int fd() const noexcept { return fd_; }
    const std::string& path() const noexcept { return path_; }

    static void remove(const lock_name& name) { ::unlink(name.path(suffix).c_str()); }

private:
    static constexpr const char* suffix = ".lock";

    std::string path_;
    int fd_;
};

}  // namespace tally::process
