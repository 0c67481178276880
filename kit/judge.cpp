// SPDX-License-Identifier: MIT
#include "kit/judge.hpp"

#if defined(_WIN32)

namespace tally::kit {

void now_trying(std::string_view) noexcept {}
void conclude() noexcept {}

}  // namespace tally::kit

#else

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "kit/program.hpp"

namespace tally::kit {

namespace {

// What the child tells the judge, in memory that both see.
struct record {
    // relaxed, all: the judge reads when the child has ended.
    std::atomic<bool> concluded{false};
    std::atomic<unsigned> length{0};
    char trying[500]{};
};

constexpr auto relaxed = std::memory_order_relaxed;

record* told = nullptr;

// What is passed on to the child. What was ignored when we were started (nohup, a shell's
// background) stays so, in both.
sigset_t passed_on() noexcept {
    sigset_t out;
    sigemptyset(&out);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction present {};
        if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler != SIG_IGN)
            sigaddset(&out, signal);
    }
    return out;
}

bool is_crash(int signal) noexcept {
    const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    return std::find(std::begin(crashes), std::end(crashes), signal) != std::end(crashes);
}

// Ends this process by a signal, as the child was ended.
[[noreturn]] void end_by(int signal) noexcept {
    std::signal(signal, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::raise(signal);
    std::_Exit(128 + signal);
}

int judge(std::string_view name, int status) noexcept {
    const bool crashed = WIFSIGNALED(status) && is_crash(WTERMSIG(status));
    if (WIFSIGNALED(status) && !crashed) end_by(WTERMSIG(status));
    const int code = crashed ? EXIT_FAILURE : WEXITSTATUS(status);
    if (told->concluded.load(relaxed) && !crashed) return code;
    const std::string how = crashed ? std::string("crashed (") + ::strsignal(WTERMSIG(status)) + ")"
                                    : "was ended by exit(" + std::to_string(code) + ")";
    const std::string_view trying(told->trying, told->length.load(relaxed));
    std::fprintf(stderr, "%.*s: %s%s%.*s: no verdict, which is a failure\n",
                 static_cast<int>(name.size()), name.data(), how.c_str(),
                 trying.empty() ? "" : " in the middle of ", static_cast<int>(trying.size()),
                 trying.data());
    return code != 0 ? code : EXIT_FAILURE;
}

// As the child: does the work.
int work(std::string_view name, int (*body)(int, char**), int argc, char** argv,
         pid_t judge_id) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may have died before we asked.
    if (::getppid() != judge_id) std::_Exit(EXIT_FAILURE);
    const int code = run_program(name, body, argc, argv);
    conclude();
    return code;
}

// Waits for the end of the child, and passes on what is sent to us meanwhile. `awaited` is blocked.
int end_of(pid_t child, const sigset_t& awaited) noexcept {
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        siginfo_t came{};
        const int signal = ::sigwaitinfo(&awaited, &came);
        // A terminal tells every process of its group, and the child is one of them.
        if (signal > 0 && signal != SIGCHLD && came.si_code != SI_KERNEL) ::kill(child, signal);
    }
    return status;
}

}  // namespace

int run_judged(std::string_view name, int (*body)(int, char**), int argc, char** argv) noexcept {
    void* const page =
        ::mmap(nullptr, sizeof(record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        std::fprintf(stderr, "%.*s: no memory to share with a child: %s\n",
                     static_cast<int>(name.size()), name.data(), std::strerror(errno));
        return EXIT_FAILURE;
    }
    told = ::new (page) record;
    // Blocked before the child is there, so that none is missed. None is lost: a signal that is
    // blocked waits, SIGCHLD too.
    sigset_t awaited = passed_on();
    sigaddset(&awaited, SIGCHLD);
    sigset_t before;
    ::sigprocmask(SIG_BLOCK, &awaited, &before);
    const pid_t self = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        return work(name, body, argc, argv, self);
    }
    if (child == -1) {
        std::fprintf(stderr, "%.*s: cannot start a child: %s\n", static_cast<int>(name.size()),
                     name.data(), std::strerror(errno));
        return EXIT_FAILURE;
    }
    return judge(name, end_of(child, awaited));
}

void now_trying(std::string_view what) noexcept {
    if (told == nullptr) return;
    const std::size_t length = std::min(what.size(), sizeof told->trying);
    // Copied before the length is told, and not cut short by a crash in the middle: the old text
    // is gone first.
    told->length.store(0, relaxed);
    std::memcpy(told->trying, what.data(), length);
    told->length.store(static_cast<unsigned>(length), relaxed);
}

void conclude() noexcept {
    if (told != nullptr) told->concluded.store(true, relaxed);
}

}  // namespace tally::kit

#endif
