// SPDX-License-Identifier: MIT
#include "check/jobs.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "check/report_json.hpp"
#include "check/trying.hpp"

namespace tally::check {

namespace {

using steady = std::chrono::steady_clock;

struct running {
    pid_t child = -1;
    int pipe = -1;
    std::size_t job = 0;
    std::string said;
    steady::time_point until;
    bool out_of_time = false;
};

[[noreturn]] void be_the_child(const job& what, int pipe) {
    int code = 1;
    try {
        watch_decisions(pipe);
        const std::string text = nlohmann::json(what.decide()).dump();
        for (std::size_t sent = 0; sent < text.size();) {
            const ssize_t n = ::write(pipe, text.data() + sent, text.size() - sent);
            if (n < 0 && errno != EINTR) break;
            if (n > 0) sent += static_cast<std::size_t>(n);
        }
        code = 0;
    } catch (const std::exception& failed) {
        std::fprintf(stderr, "tally-check: %s: %s\n", what.known.name.c_str(), failed.what());
    }
    ::_exit(code);
}

running start(const job& what, std::size_t number, double seconds) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (child == 0) {
        ::close(ends[0]);
        be_the_child(what, ends[1]);
    }
    ::close(ends[1]);
    return {.child = child,
            .pipe = ends[0],
            .job = number,
            .said = {},
            .until = steady::now() + std::chrono::milliseconds(static_cast<long>(seconds * 1000))};
}

// What a child said, line by line: its last try, why it gave up, its report.
struct sayings {
    std::string trying;
    std::string why;
    std::string report;
};

sayings take_apart(const std::string& said) {
    sayings apart;
    for (std::size_t at = 0; at < said.size();) {
        const std::size_t end = std::min(said.find('\n', at), said.size());
        const std::string line = said.substr(at, end - at);
        at = end + 1;
        if (line.empty()) continue;
        if (line.front() == says_trying)
            apart.trying = line.substr(1);
        else if (line.front() == says_why)
            apart.why = line.substr(1);
        else
            apart.report = line;
    }
    return apart;
}

subject_report conclude(const job& what, running& child) {
    int status = 0;
    while (::waitpid(child.child, &status, 0) < 0 && errno == EINTR) {
    }
    ::close(child.pipe);
    subject_report report = what.known;
    const auto [trying, why, verdict] = take_apart(child.said);
    if (!why.empty()) {
        report.broke_off = why;
    } else if (child.out_of_time) {
        report.broke_off = "did not finish in time";
    } else if (WIFSIGNALED(status)) {
        report.broke_off =
            fmt::format("ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    } else if (verdict.empty()) {
        report.broke_off = fmt::format("ended by exit({})", WEXITSTATUS(status));
    } else {
        try {
            report = nlohmann::json::parse(verdict).get<subject_report>();
        } catch (const nlohmann::json::exception& unreadable) {
            report.broke_off = unreadable.what();
        }
    }
    if (!report.broke_off.empty() && !trying.empty())
        report.broke_off = trying + ": " + report.broke_off;
    return report;
}

// True when the child has said all.
bool read_some(running& child) {
    char buffer[1U << 16U];
    const ssize_t n = ::read(child.pipe, buffer, sizeof buffer);
    if (n > 0) child.said.append(buffer, static_cast<std::size_t>(n));
    return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

}  // namespace

std::vector<subject_report> run_jobs(const std::vector<job>& jobs, unsigned at_once, double seconds,
                                     const std::function<void(const subject_report&)>& done) {
    std::vector<subject_report> reports(jobs.size());
    std::vector<running> children;
    std::size_t next = 0;
    while (next != jobs.size() || !children.empty()) {
        while (next != jobs.size() && children.size() < at_once) {
            children.push_back(start(jobs[next], next, seconds));
            ++next;
        }
        std::vector<pollfd> polled;
        polled.reserve(children.size());
        for (const auto& child : children)
            polled.push_back({child.pipe, POLLIN, 0});
        ::poll(polled.data(), polled.size(), 100);
        for (std::size_t i = children.size(); i-- != 0;) {
            running& child = children[i];
            bool ended = (polled[i].revents & (POLLIN | POLLHUP)) != 0 && read_some(child);
            if (!ended && steady::now() > child.until) {
                child.out_of_time = ended = true;
                ::kill(child.child, SIGKILL);
            }
            if (!ended) continue;
            reports[child.job] = conclude(jobs[child.job], child);
            if (done) done(reports[child.job]);
            children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
    return reports;
}

}  // namespace tally::check
