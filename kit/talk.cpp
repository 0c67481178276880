// SPDX-License-Identifier: MIT
#include "kit/talk.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

namespace tally::kit {

talk::talk(const std::vector<std::string>& command, bool with_errors) {
    ::signal(SIGPIPE, SIG_IGN);
    pipe_ends in = make_pipe();
    pipe_ends out = make_pipe();
    child_ =
        spawn(command,
              {.streams = {in.from.number(), out.to.number(), with_errors ? out.to.number() : -1}});
    to_ = std::move(in.to);
    from_ = std::move(out.from);
}

talk::~talk() {
    to_.close();
    if (child_ <= 0) return;
    bool killed = false;
    wait_for_end(child_, std::chrono::steady_clock::now() + std::chrono::seconds(2), killed);
}

void talk::say(const std::string& text) noexcept {
    (void)!::write(to_.number(), text.data(), text.size());
}

std::string talk::line() {
    std::string text;
    pollfd ready{from_.number(), POLLIN, 0};
    char byte = 0;
    while (::poll(&ready, 1, 60'000) == 1 && ::read(from_.number(), &byte, 1) == 1 && byte != '\n')
        text += byte;
    return text;
}

bool talk::ended_within(std::chrono::milliseconds time, int& status) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (child_ > 0) {
        const pid_t ended = ::waitpid(child_, &status, WNOHANG);
        if (ended == child_) {
            child_ = -1;
            return true;
        }
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

int talk::status() {
    int how = 0;
    if (child_ <= 0 || !ended_within(std::chrono::minutes(1), how)) return -1;
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

bool talk::runs_on() {
    int how = 0;
    return !ended_within(std::chrono::milliseconds(100), how);
}

void talk::end(int signal) noexcept {
    if (child_ <= 0) return;
    ::kill(child_, signal);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
}

}  // namespace tally::kit
