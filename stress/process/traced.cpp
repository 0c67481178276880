// SPDX-License-Identifier: MIT
#include "stress/process/traced.hpp"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "machines/process/system.hpp"

namespace tally::process_stress {

namespace {

// Waits for a stop. False if the child has ended.
bool stopped(pid_t pid) {
    int status = 0;
    return process::retried([&] { return ::waitpid(pid, &status, 0); }) == pid &&
           WIFSTOPPED(status);
}

}  // namespace

traced::traced(pid_t pid) : pid_(pid) {
    if (!stopped(pid)) throw std::runtime_error("the traced process ended before it began");
    if (::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_EXITKILL) == -1)
        throw std::runtime_error(std::string("ptrace: ") + std::strerror(errno));
}

bool traced::step() {
    return ::ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) == 0 && stopped(pid_);
}

void traced::begin() {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
}

std::string why_no_tracing() {
    const pid_t pid = ::fork();
    if (pid == -1) return std::string("fork: ") + std::strerror(errno);
    if (pid == 0) {
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == -1) ::_exit(errno);
        ::raise(SIGSTOP);
        ::_exit(0);
    }
    int status = 0;
    process::retried([&] { return ::waitpid(pid, &status, WUNTRACED); });
    std::string why;
    if (WIFEXITED(status)) {
        why = std::string("ptrace: ") + std::strerror(WEXITSTATUS(status));
    } else {
        if (::ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr) == -1)
            why = std::string("ptrace: ") + std::strerror(errno);
        ::kill(pid, SIGKILL);
        process::retried([&] { return ::waitpid(pid, &status, 0); });
        if (why.empty() && WIFSTOPPED(status))  // the step's stop, before the kill was seen
            process::retried([&] { return ::waitpid(pid, &status, 0); });
    }
    return why;
}

}  // namespace tally::process_stress
