// SPDX-License-Identifier: MIT
#include "kit/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

#include "kit/bad_input.hpp"
#include "kit/exit_codes.hpp"
#include "kit/output.hpp"

namespace tally::kit {

namespace {

constexpr int failed = 1;

void open_what_is_closed() noexcept {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest free number is this one, as those below it are open. Standard output cannot be
        // written to, so that what is lost there is told; messages that nobody asked for are not.
        (void)!::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
}

// A handler that does nothing, and not SIG_IGN, which the programs that we start would inherit.
void heed_nothing(int) {}

bool reader_has_left() noexcept {
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

void say(std::string_view name, const std::string& what) noexcept {
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(name.size()), name.data(),
                 shown(what).c_str());
}

// Whether all that was printed has arrived, or nobody wants it any more.
bool output_arrived(std::string_view name) noexcept {
    errno = 0;
    const bool flushed = std::fflush(stdout) == 0;
    const int error = errno;
    if (flushed && std::ferror(stdout) == 0) return true;
    if (reader_has_left()) return true;
    say(name, "cannot write all of the output" +
                  (error == 0 ? std::string() : ": " + std::generic_category().message(error)));
    return false;
}

}  // namespace

int run_program(std::string_view name, int (*body)(int, char**), int argc, char** argv) noexcept {
    open_what_is_closed();
    std::signal(SIGXFSZ, SIG_IGN);
    struct sigaction ignored {};
    ignored.sa_handler = heed_nothing;
    ignored.sa_flags = SA_RESTART;
    ::sigaction(SIGPIPE, &ignored, nullptr);
    int code = failed;
    try {
        code = body(argc, argv);
    } catch (const bad_input& wrong) {
        say(name, wrong.what());
        code = exit_bad_input;
    } catch (const std::exception& error) {
        say(name, error.what());
    }
    return output_arrived(name) || code != 0 ? code : failed;
}

}  // namespace tally::kit
