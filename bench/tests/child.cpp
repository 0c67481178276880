#include "bench/tests/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace tally::tests {

namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(100);

struct ends {
    int read_end = -1;
    int write_end = -1;
};

ends make_pipe() {
    int both[2];
    if (pipe2(both, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return {both[0], both[1]};
}

ends make_terminal() {
    ends made;
    winsize size{24, 100, 0, 0};
    if (openpty(&made.read_end, &made.write_end, nullptr, nullptr, &size) != 0)
        throw std::runtime_error("no terminal");
    fcntl(made.read_end, F_SETFD, FD_CLOEXEC);
    fcntl(made.write_end, F_SETFD, FD_CLOEXEC);
    return made;
}

}  // namespace

ended run(const std::vector<std::string>& command, const how_to_run& how) {
    std::vector<char*> arguments;
    for (const auto& part : command)
        arguments.push_back(const_cast<char*>(part.c_str()));
    arguments.push_back(nullptr);
    const ends out = make_pipe();
    const ends err = how.on_terminal ? make_terminal() : make_pipe();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no process");
    if (child == 0) {
        if (how.to_group) setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // a killed test leaves nobody measuring
        dup2(out.write_end, STDOUT_FILENO);
        dup2(err.write_end, STDERR_FILENO);
        if (how.file_limit != 0) {
            const rlimit limit{how.file_limit, how.file_limit};
            setrlimit(RLIMIT_FSIZE, &limit);
        }
        execv(arguments[0], arguments.data());
        _exit(127);
    }
    close(out.write_end);
    close(err.write_end);

    ended result;
    const auto began = steady_clock::now();
    bool signalled = how.signal == 0;
    std::array<pollfd, 2> watched{pollfd{out.read_end, POLLIN, 0}, pollfd{err.read_end, POLLIN, 0}};
    std::array<std::string*, 2> into{&result.out, &result.err};
    int open_ends = 2;
    while (open_ends != 0) {
        poll(watched.data(), watched.size(), 20);
        for (std::size_t i = 0; i != watched.size(); ++i) {
            if (watched[i].fd < 0 || watched[i].revents == 0) continue;
            std::array<char, 4096> text{};
            const auto length = read(watched[i].fd, text.data(), text.size());
            if (length > 0) {
                into[i]->append(text.data(), static_cast<std::size_t>(length));
            } else {
                // A terminal whose other side is gone says EIO.
                close(watched[i].fd);
                watched[i].fd = -1;
                --open_ends;
            }
        }
        const auto spent = steady_clock::now() - began;
        if (!signalled && how.signal_when()) {
            kill(how.to_group ? -child : child, how.signal);
            signalled = true;
        }
        if (spent > patience) kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace tally::tests
