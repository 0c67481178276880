// SPDX-License-Identifier: MIT
#include "kit/child.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "kit/spawn.hpp"

namespace tally::kit {

child_result run_child(const std::vector<std::string>& command, const child_options& how) {
    using std::chrono::steady_clock;
    const bool apart = how.errors_apart || how.on_terminal;
    pipe_ends out = make_pipe();
    pipe_ends err = how.on_terminal ? make_terminal() : apart ? make_pipe() : pipe_ends{};
    const int errors_to = apart ? err.to.number() : out.to.number();
    const auto until = steady_clock::now() + how.limit;
    const pid_t child = spawn(command, {.streams = {-1, out.to.number(), errors_to},
                                        .environment = how.environment,
                                        .own_group = how.own_group,
                                        .file_limit = how.file_limit});
    out.to.close();
    err.to.close();

    child_result seen;
    std::array<pollfd, 2> watched{pollfd{out.from.number(), POLLIN, 0},
                                  pollfd{err.from.number(), POLLIN, 0}};
    std::array<std::string*, 2> into{&seen.output, &seen.errors};
    bool signalled = how.signal == 0;
    while (watched[0].fd >= 0 || watched[1].fd >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
        if (left.count() <= 0) break;
        const auto turn = signalled ? left : std::min(left, std::chrono::milliseconds(20));
        ::poll(watched.data(), watched.size(),
               static_cast<int>(std::min<std::int64_t>(turn.count(), 1'000'000)));
        for (std::size_t i = 0; i != watched.size(); ++i) {
            if (watched[i].fd < 0 || watched[i].revents == 0) continue;
            std::array<char, 65536> text{};
            const auto got = ::read(watched[i].fd, text.data(), text.size());
            // (A terminal whose other side is gone says EIO.)
            if (got > 0)
                into[i]->append(text.data(), static_cast<std::size_t>(got));
            else
                watched[i].fd = -1;
        }
        if (!signalled && how.signal_when()) {
            ::kill(how.own_group ? -child : child, how.signal);
            signalled = true;
        }
    }
    const int status = wait_for_end(child, until, seen.timed_out);
    if (WIFEXITED(status)) seen.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) seen.signal = WTERMSIG(status);
    return seen;
}

std::string last_line(const std::string& text) {
    const auto end = text.find_last_not_of("\r\n");
    if (end == std::string::npos) return {};
    const auto begin = text.find_last_of('\n', end);
    return text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
}

}  // namespace tally::kit
