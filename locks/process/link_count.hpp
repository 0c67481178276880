// SPDX-License-Identifier: MIT
// Link count: make a file of one's own, link it to the lock's name, and look at its link count.
//
//   own_    this process's file, of one link; of two while it holds the lock
//   path_   the lock's name: a second link to the holder's file
//
// For network file systems: the server may make the link and die before it says so, and then the
// call fails although the lock is ours. The link count of our own file does not lie, so it decides,
// not the result of link(2). Polls; a holder that dies leaves both names.
// open(2), the notes on O_EXCL; link(2), "On NFS".
// system: Linux
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machines/process/contract.hpp"
#include "machines/process/polling.hpp"
#include "machines/process/system.hpp"

namespace tally {

template <process_machine Machine>
class link_count {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::stuck,
                                                 .rests_on = "a file's second name",
                                                 .cite = "open(2) notes on O_EXCL, link(2)"};

    link_count(const process::lock_name& name, process::opening)
        : path_(name.path(suffix)), own_(path_ + "." + std::to_string(::getpid())) {
        // Not exclusive: a dead process of our pid may have left one. Then make a new one: the
        // old may be linked to the lock's name, and its count would say that we hold it.
        ::unlink(own_.c_str());
        const int fd = ::open(own_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd == -1) process::fail("create " + own_);
        ::close(fd);
    }
    link_count(const link_count&) = delete;
    link_count& operator=(const link_count&) = delete;
    ~link_count() { ::unlink(own_.c_str()); }

    process::entry lock(process::member me) {
        return process::poll_until_entered([&] { return try_lock(me); });
    }
    process::entry try_lock(process::member) {
        const int linked = ::link(own_.c_str(), path_.c_str());
        if (linked == -1 && errno != EEXIST) process::fail("link " + path_);
        struct stat ours {};
        if (::stat(own_.c_str(), &ours) == -1) process::fail("stat " + own_);
        return ours.st_nlink == 2 ? process::entry::acquired : process::entry::busy;
    }
    void unlock(process::member) {
        if (::unlink(path_.c_str()) == -1) process::fail("unlink " + path_);
    }

    // The members' own files go with their handles, or with the run's folder.
    static void remove(const process::lock_name& name) { ::unlink(name.path(suffix).c_str()); }

private:
    static constexpr const char* suffix = ".link";

    std::string path_;
    std::string own_;
};

}  // namespace tally
