#include "check/replayed.hpp"
#include "kit/format.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

extern char** environ;

namespace tally::check {

namespace {

struct answer {
    int code = -1;
    std::string said;
};

answer run_self(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe(ends) != 0) return {};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::vector<char*> argv;
    for (auto& each : arguments)
        argv.push_back(each.data());
    argv.push_back(nullptr);
    pid_t child = -1;
    const int failed =
        ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    answer got;
    if (failed == 0) {
        char buffer[4096];
        for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0 || errno == EINTR;)
            if (n > 0)
                got.said.append(buffer, static_cast<std::size_t>(n));
            else if (n == 0)
                break;
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFEXITED(status)) got.code = WEXITSTATUS(status);
    }
    ::close(ends[0]);
    return got;
}

}  // namespace

std::size_t replay_all(const std::vector<subject_report>& reports) {
    std::size_t tried = 0;
    std::size_t lost = 0;
    for (const auto& report : reports)
        for (const auto& made : report.decisions)
            for (const auto& found : made.found) {
                ++tried;
                const auto again = run_self({"tally-check", report.name, "--replay", found.replay});
                if (again.code == 1 && again.said.find(found.kind + ": ") != std::string::npos)
                    continue;
                ++lost;
                kit::print("not reproduced: tally-check {} --replay '{}' (exit code {})\n",
                           report.name, found.replay, again.code);
            }
    kit::print("{} of {} replay strings give the same failure in a fresh process\n", tried - lost,
               tried);
    return lost;
}

}  // namespace tally::check
