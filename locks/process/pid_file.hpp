// SPDX-License-Identifier: MIT
// A pid file: a lock file that says whose it is, and is broken when that process is gone.
//
//   path_      exists while somebody is inside, and holds its pid   (made whole, by link(2))
//   breaking_  who may remove a stale one: a lock that the kernel keeps (flock), held briefly
//
// What daemons have done for decades. Two traps: a file that is made and then written can be seen
// empty, so it is written first and linked into place; and two processes that find it stale may
// both remove it, the second one a good new one, so removal is locked and looks again.
// The third trap has no cure: the pid may belong to somebody else by now, and then everybody waits
// for a stranger. And who has flock for the breaking did not need the file: a lock for warning.
// Stevens & Rago 2013, "Advanced Programming in the UNIX Environment", 13.5; kill(2).
// system: Linux
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>

#include "machines/process/open_file.hpp"
#include "machines/process/polling.hpp"

namespace tally {

template <process_machine Machine>
class pid_file {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::handed_over,
                                                 .rests_on = "a file's existence, and a pid",
                                                 .cite = "Stevens & Rago 2013, 13.5"};

    pid_file(const process::lock_name& name, process::opening how)
        : path_(name.path(suffix)),
          own_(path_ + "." + std::to_string(::getpid())),
          breaking_(name, how) {
        ::unlink(own_.c_str());
        const int fd = ::open(own_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd == -1) process::fail("create " + own_);
        const auto pid = std::to_string(::getpid());
        const auto written = ::write(fd, pid.data(), pid.size());
        ::close(fd);
        if (written != static_cast<ssize_t>(pid.size())) process::fail("write " + own_);
    }
    pid_file(const pid_file&) = delete;
    pid_file& operator=(const pid_file&) = delete;
    ~pid_file() { ::unlink(own_.c_str()); }

    process::entry lock(process::member me) {
        return process::poll_until_entered([&] { return try_lock(me); });
    }
    process::entry try_lock(process::member) {
        const bool broke = break_if_stale();
        if (::link(own_.c_str(), path_.c_str()) == 0) {
            // Who removed a dead owner's file and was overtaken has told nobody; the next one in
            // is then not told. Better than two that are.
            return broke ? process::entry::owner_died : process::entry::acquired;
        }
        if (errno == EEXIST) return process::entry::busy;
        process::fail("link " + path_);
    }
    void unlock(process::member) {
        if (::unlink(path_.c_str()) == -1) process::fail("unlink " + path_);
    }

    static void remove(const process::lock_name& name) {
        ::unlink(name.path(suffix).c_str());
        process::open_file::remove(name);
    }

private:
    static constexpr const char* suffix = ".pid";

    // The pid in the file, or 0 if there is none.
    pid_t owner() const noexcept {
        char text[32]{};
        const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd == -1) return 0;
        (void)!::read(fd, text, sizeof text - 1);
        ::close(fd);
        return static_cast<pid_t>(std::strtol(text, nullptr, 10));
    }
    bool is_stale() const noexcept {
        const pid_t pid = owner();
        return pid > 0 && ::kill(pid, 0) == -1 && errno == ESRCH;
    }
    bool break_if_stale() {
        if (!is_stale()) return false;
        if (process::retried([&] { return ::flock(breaking_.fd(), LOCK_EX); }) == -1)
            process::fail("flock " + breaking_.path());
        const bool stale = is_stale();  // again: it may have been broken, and taken, meanwhile
        if (stale) ::unlink(path_.c_str());
        ::flock(breaking_.fd(), LOCK_UN);
        return stale;
    }

    std::string path_;
    std::string own_;
    process::open_file breaking_;
};

}  // namespace tally
