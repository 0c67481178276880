#include "kit/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

extern char** environ;

namespace tally::kit {

namespace {

void check(int error, const char* doing) {
    if (error != 0) throw std::system_error(error, std::generic_category(), doing);
}

// A variable of `added` takes the place of ours of that name: the first one found counts.
std::vector<char*> merged(const std::vector<std::string>& added) {
    std::vector<char*> all;
    for (const auto& variable : added)
        all.push_back(const_cast<char*>(variable.c_str()));
    for (char** ours = environ; *ours != nullptr; ++ours)
        all.push_back(*ours);
    all.push_back(nullptr);
    return all;
}

std::vector<char*> arguments(const std::vector<std::string>& command) {
    std::vector<char*> all;
    for (const auto& word : command)
        all.push_back(const_cast<char*>(word.c_str()));
    all.push_back(nullptr);
    return all;
}

}  // namespace

child_result run_child(const std::vector<std::string>& command,
                       const std::vector<std::string>& environment,
                       std::chrono::milliseconds limit) {
    using clock = std::chrono::steady_clock;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) check(errno, "pipe2");
    posix_spawn_file_actions_t actions;
    check(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);

    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, command.front().c_str(), &actions, nullptr,
                                    arguments(command).data(), merged(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
        ::close(ends[0]);
        check(error, command.front().c_str());
    }

    child_result seen;
    const auto deadline = clock::now() + limit;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock::now());
        pollfd readable{.fd = ends[0], .events = POLLIN, .revents = 0};
        const int ready =
            left.count() > 0 ? ::poll(&readable, 1, static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) {
            seen.timed_out = true;
            ::kill(pid, SIGKILL);
            break;
        }
        const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
        if (got <= 0) break;
        seen.output.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);

    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) seen.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) seen.signal = WTERMSIG(status);
    return seen;
}

}  // namespace tally::kit
