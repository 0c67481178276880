// SPDX-License-Identifier: MIT
#include "machines/process/child.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machines/process/system.hpp"

namespace tally::process {

child child::start(const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 2);
    static std::string self = "/proc/self/exe";
    argv.push_back(self.data());
    for (const auto& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t pid = -1;
    errno = ::posix_spawn(&pid, self.c_str(), nullptr, nullptr, argv.data(), environ);
    if (errno != 0) fail("posix_spawn " + self);
    return child(pid);
}

child::~child() { kill(); }

void child::signal(int number) const noexcept {
    if (pid_ > 0) ::kill(pid_, number);
}

void child::kill() noexcept {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    // More than once: of a child that is traced we may be told of a stop first.
    int status = 0;
    while (retried([&] { return ::waitpid(pid_, &status, 0); }) == pid_ && WIFSTOPPED(status)) {
    }
    pid_ = -1;
}

std::optional<int> child::ended_within(std::uint64_t nanoseconds) {
    if (pid_ <= 0) return std::nullopt;
    // A descriptor of the process becomes readable at its end: a wait with a limit, which
    // waitpid(2) does not have.
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (fd == -1) fail("pidfd_open");
    pollfd watched{fd, POLLIN, 0};
    const int ready =
        retried([&] { return ::poll(&watched, 1, static_cast<int>(nanoseconds / 1'000'000)); });
    ::close(fd);
    if (ready <= 0) return std::nullopt;
    int status = 0;
    retried([&] { return ::waitpid(pid_, &status, 0); });
    pid_ = -1;
    return status;
}

void die_with_parent(pid_t parent) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may have died before we asked.
    if (::getppid() != parent) ::_exit(1);
}

}  // namespace tally::process
