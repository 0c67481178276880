// SPDX-License-Identifier: MIT
// Waits until the user says stop: SIGINT or SIGTERM (on Windows: Ctrl-C, Ctrl-Break or the
// console's end), a line on standard input, or the end of a time. The end of standard input says
// nothing: a program started with `< /dev/null` goes on.
#pragma once

#include <chrono>
#include <optional>

#if defined(_WIN32)
#include "machines/win32.hpp"
#else
#include <sys/select.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#endif

namespace tally {

#if defined(_WIN32)

class until_told {
public:
    // From here on a signal is not the end of the program, but what wait() waits for.
    until_told() {
        told = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
        ::SetConsoleCtrlHandler(
            [](DWORD) -> BOOL {
                ::SetEvent(told);
                return TRUE;
            },
            TRUE);
    }

    void wait(std::optional<std::chrono::milliseconds> at_most) {
        // A pipe cannot be waited for, only read.
        const HANDLE reader = ::CreateThread(
            nullptr, 0,
            [](void*) -> DWORD {
                char byte = 0;
                DWORD got = 0;
                while (::ReadFile(::GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &got, nullptr) &&
                       got == 1)
                    if (byte == '\n') ::SetEvent(told);
                return 0;
            },
            nullptr, 0, nullptr);
        ::WaitForSingleObject(told, at_most ? static_cast<DWORD>(at_most->count()) : INFINITE);
        if (reader != nullptr) ::CloseHandle(reader);
    }

private:
    inline static HANDLE told = nullptr;
};

#else

class until_told {
public:
    // From here on a signal is not the end of the program, but what wait() waits for.
    until_told() {
        sigset_t stops;
        sigemptyset(&stops);
        sigaddset(&stops, SIGINT);
        sigaddset(&stops, SIGTERM);
        // Blocked save inside pselect: a signal just before it is not missed.
        sigprocmask(SIG_BLOCK, &stops, &unblocked_);
        sigdelset(&unblocked_, SIGINT);
        sigdelset(&unblocked_, SIGTERM);
        struct sigaction action {};
        action.sa_handler = [](int) {};
        sigaction(SIGINT, &action, nullptr);
        sigaction(SIGTERM, &action, nullptr);
    }

    void wait(std::optional<std::chrono::milliseconds> at_most) {
        using std::chrono::steady_clock;
        const auto end = steady_clock::now() + at_most.value_or(std::chrono::milliseconds(0));
        bool listens = true;
        for (;;) {
            timespec left{};
            if (at_most) {
                const auto ns = std::chrono::nanoseconds(end - steady_clock::now()).count();
                if (ns <= 0) return;
                left = {static_cast<time_t>(ns / 1'000'000'000),
                        static_cast<long>(ns % 1'000'000'000)};
            }
            fd_set input;
            FD_ZERO(&input);
            if (listens) FD_SET(STDIN_FILENO, &input);
            const int ready = ::pselect(listens ? STDIN_FILENO + 1 : 0, &input, nullptr, nullptr,
                                        at_most ? &left : nullptr, &unblocked_);
            if (ready < 0) {
                if (errno == EINTR) return;  // a signal we have a handler for
                listens = false;             // standard input is closed
            } else if (ready > 0) {
                char byte = 0;
                if (::read(STDIN_FILENO, &byte, 1) != 1)
                    listens = false;
                else if (byte == '\n')
                    return;
            }
        }
    }

private:
    sigset_t unblocked_{};
};

#endif

}  // namespace tally
