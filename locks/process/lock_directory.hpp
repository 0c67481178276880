// SPDX-License-Identifier: MIT
// A lock directory: mkdir(2) fails if it exists, on every file system and in every shell.
//
//   path_   exists while somebody is inside
//
// The lock file's cousin for shell scripts, where O_EXCL is hard to come by. The same cost, the
// same polling, and the same end when the holder dies.
// mkdir(2), POSIX.1-1988.
// system: Linux
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include "machines/process/contract.hpp"
#include "machines/process/polling.hpp"
#include "machines/process/system.hpp"

namespace tally {

template <process_machine Machine>
class lock_directory {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "a directory's existence",
                                                 .cite = "mkdir(2), POSIX.1-1988"};

    lock_directory(const process::lock_name& name, process::opening) : path_(name.path(suffix)) {}

    process::entry lock(process::member me) {
        return process::poll_until_entered([&] { return try_lock(me); });
    }
    process::entry try_lock(process::member) {
        if (::mkdir(path_.c_str(), 0700) == 0) return process::entry::acquired;
        if (errno == EEXIST) return process::entry::busy;
        process::fail("mkdir " + path_);
    }
    void unlock(process::member) {
        if (::rmdir(path_.c_str()) == -1) process::fail("rmdir " + path_);
    }

    static void remove(const process::lock_name& name) { ::rmdir(name.path(suffix).c_str()); }

private:
    static constexpr const char* suffix = ".directory";

    std::string path_;
};

}  // namespace tally
