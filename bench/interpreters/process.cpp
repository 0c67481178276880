#include "bench/interpreters/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

extern char** environ;

namespace tally::interpreters {

namespace {

using clock = std::chrono::steady_clock;

struct pipe_ends {
    int read = -1;
    int write = -1;
};

// Close-on-exec, so that no other child keeps an end open.
pipe_ends make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    return {ends[0], ends[1]};
}

void close_if_open(int& descriptor) {
    if (descriptor >= 0) close(descriptor);
    descriptor = -1;
}

// Starts a child with these three descriptors as its own 0, 1, 2; -1 is /dev/null. Returns its
// process id, or -1.
int spawn(const std::vector<std::string>& arguments, int in, int out, int err) {
    std::vector<char*> words;
    words.reserve(arguments.size() + 1);
    for (const auto& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const std::array<int, 3> from{in, out, err};
    for (int target = 0; target != 3; ++target) {
        const int source = from[static_cast<std::size_t>(target)];
        if (source >= 0)
            posix_spawn_file_actions_adddup2(&actions, source, target);
        else
            posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0);
    }
    pid_t child = -1;
    const int error = posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? child : -1;
}

int status_of(int wait_status) {
    if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
    if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
    return -1;
}

// Waits for the end of a child until the deadline, then kills it. False if it was killed.
bool reap(int child, clock::time_point deadline, int& status) {
    for (;;) {
        int wait_status = 0;
        const pid_t ended = waitpid(child, &wait_status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) {
            status = status_of(wait_status);
            return true;
        }
        if (clock::now() >= deadline) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    kill(child, SIGKILL);
    int wait_status = 0;
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR) {
    }
    status = status_of(wait_status);
    return false;
}

std::string last_line(const std::string& text) {
    const auto end = text.find_last_not_of("\r\n");
    if (end == std::string::npos) return {};
    const auto begin = text.find_last_of('\n', end);
    return text.substr(begin == std::string::npos ? 0 : begin + 1, end + 1 - (begin + 1));
}

}  // namespace

outcome run(const std::vector<std::string>& arguments, std::chrono::milliseconds deadline) {
    outcome result;
    pipe_ends output = make_pipe();
    pipe_ends errors = make_pipe();
    const auto end = clock::now() + deadline;
    const int child = spawn(arguments, -1, output.write, errors.write);
    close_if_open(output.write);
    close_if_open(errors.write);
    if (child > 0) {
        result.started = true;
        std::string all_errors;
        std::array<pollfd, 2> wanted{pollfd{output.read, POLLIN, 0},
                                     pollfd{errors.read, POLLIN, 0}};
        while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
            if (left <= 0) break;
            if (poll(wanted.data(), wanted.size(), static_cast<int>(left)) <= 0) continue;
            for (auto& one : wanted) {
                if (one.fd < 0 || one.revents == 0) continue;
                std::array<char, 4096> buffer{};
                const ssize_t got = read(one.fd, buffer.data(), buffer.size());
                if (got > 0)
                    (&one == &wanted[0] ? result.output : all_errors)
                        .append(buffer.data(), static_cast<std::size_t>(got));
                else
                    one.fd = -1;
            }
        }
        result.timed_out = !reap(child, end, result.status);
        result.errors = last_line(all_errors);
    }
    close_if_open(output.read);
    close_if_open(errors.read);
    return result;
}

conversation::conversation(const std::vector<std::string>& arguments) {
    // Writing to a child that has died is an error of that write, not the end of this process.
    signal(SIGPIPE, SIG_IGN);
    pipe_ends questions = make_pipe();
    pipe_ends answers = make_pipe();
    child_ = spawn(arguments, questions.read, answers.write, -1);
    close_if_open(questions.read);
    close_if_open(answers.write);
    to_ = questions.write;
    from_ = answers.read;
}

conversation::~conversation() {
    close_if_open(to_);
    if (child_ > 0) {
        int status = 0;
        reap(child_, clock::now() + std::chrono::seconds(2), status);
    }
    close_if_open(from_);
}

}  // namespace tally::interpreters
