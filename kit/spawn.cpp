// SPDX-License-Identifier: MIT
#include "kit/spawn.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

extern char** environ;

namespace tally::kit {

namespace {

[[noreturn]] void fail(int error, const std::string& doing) {
    throw std::system_error(error, std::generic_category(), doing);
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
    std::vector<char*> all;
    for (const auto& word : words)
        all.push_back(const_cast<char*>(word.c_str()));
    return all;
}

// A variable of `added` takes the place of ours of that name.
std::vector<char*> merged(const std::vector<std::string>& added) {
    auto all = pointers_to(added);
    for (char** ours = environ; *ours != nullptr; ++ours) {
        const std::string_view one(*ours);
        const auto name = one.substr(0, one.find('=') + 1);
        if (std::none_of(added.begin(), added.end(),
                         [&](const std::string& other) { return other.starts_with(name); }))
            all.push_back(*ours);
    }
    return all;
}

// In the child, between fork and exec: calls that are safe there, and no memory.
void become(char** words, char** variables, const spawn_options& how, const int* streams) noexcept {
    if (how.own_group) ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int target = 0; target != 3; ++target)
        if (::dup2(streams[target], target) < 0) return;
    if (how.file_limit != 0) {
        const rlimit limit{how.file_limit, how.file_limit};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ::execve(words[0], words, variables);
}

}  // namespace

descriptor::descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
descriptor& descriptor::operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}
void descriptor::close() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

pipe_ends make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe2");
    return {descriptor(ends[0]), descriptor(ends[1])};
}

pipe_ends make_terminal() {
    int ours = -1;
    int theirs = -1;
    const winsize size{24, 100, 0, 0};
    if (::openpty(&ours, &theirs, nullptr, nullptr, &size) != 0) fail(errno, "openpty");
    ::fcntl(ours, F_SETFD, FD_CLOEXEC);
    ::fcntl(theirs, F_SETFD, FD_CLOEXEC);
    return {descriptor(ours), descriptor(theirs)};
}

pid_t spawn(const std::vector<std::string>& command, const spawn_options& how) {
    auto words = pointers_to(command);
    words.push_back(nullptr);
    auto variables = merged(how.environment);
    variables.push_back(nullptr);
    const descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    // Above 2, so that what one stream is given is not what another one has just replaced.
    std::array<descriptor, 3> moved;
    std::array<int, 3> streams{};
    for (std::size_t i = 0; i != streams.size(); ++i) {
        const int given = how.streams[i] >= 0 ? how.streams[i] : null.number();
        moved[i] = descriptor(::fcntl(given, F_DUPFD_CLOEXEC, 3));
        streams[i] = moved[i].number();
    }
    // Closed by a successful exec; else it brings the error.
    pipe_ends trouble = make_pipe();

    const pid_t child = ::fork();
    if (child < 0) fail(errno, command.front());
    if (child == 0) {
        become(words.data(), variables.data(), how, streams.data());
        const int error = errno;
        (void)!::write(trouble.to.number(), &error, sizeof error);
        ::_exit(127);
    }
    trouble.to.close();
    int error = 0;
    ssize_t got = 0;
    while ((got = ::read(trouble.from.number(), &error, sizeof error)) < 0 && errno == EINTR) {
    }
    if (got == sizeof error) {
        bool killed = false;
        wait_for_end(child, std::chrono::steady_clock::now() + std::chrono::seconds(10), killed);
        fail(error, command.front());
    }
    return child;
}

int wait_for_end(pid_t child, std::chrono::steady_clock::time_point until, bool& killed) {
    int status = 0;
    killed = false;
    for (;;) {
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) return status;
        if (std::chrono::steady_clock::now() >= until) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    killed = true;
    ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace tally::kit
