// SPDX-License-Identifier: MIT
// A lock file: who makes it, holds the lock; who removes it, lets go.
//
//   path_   exists while somebody is inside   (made with O_CREAT | O_EXCL, which fails if it
//   exists)
//
// The oldest lock between processes, and still that of many tools. Works wherever there are files
// (NFS since version 3). Waiting is polling: nobody is told of a removal. A holder that dies
// leaves the file, and everybody waits for ever; the pid inside is for a person to read.
// open(2), O_EXCL; POSIX.1-1988.
// system: Linux
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include "machines/process/contract.hpp"
#include "machines/process/polling.hpp"
#include "machines/process/system.hpp"

namespace tally {

template <process_machine Machine>
class lock_file {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "a file's existence",
                                                 .cite = "open(2) O_EXCL, POSIX.1-1988"};

    lock_file(const process::lock_name& name, process::opening)
        : path_(name.path(suffix)), pid_(std::to_string(::getpid()) + "\n") {}

    process::entry lock(process::member me) {
        return process::poll_until_entered([&] { return try_lock(me); });
    }
    process::entry try_lock(process::member) {
        const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd == -1) {
            if (errno == EEXIST) return process::entry::busy;
            process::fail("create " + path_);
        }
        // For a person to read; that it could not be written changes nothing.
        (void)!::write(fd, pid_.data(), pid_.size());
        ::close(fd);
        return process::entry::acquired;
    }
    void unlock(process::member) {
        if (::unlink(path_.c_str()) == -1) process::fail("unlink " + path_);
    }

    static void remove(const process::lock_name& name) { ::unlink(name.path(suffix).c_str()); }

private:
    static constexpr const char* suffix = ".held";

    std::string path_;
    std::string pid_;
};

}  // namespace tally
