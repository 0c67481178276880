// SPDX-License-Identifier: MIT
#include "check/trying.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "kit/exit_codes.hpp"
#include "kit/judge.hpp"
#include "machines/checked/checked.hpp"
#include "machines/checked/fibers.hpp"

namespace tally::check {

namespace {

// Far more than any step takes: it is given back thousands of times a second.
constexpr unsigned longest_step_seconds = 5;

std::string subject;
char trying[500];  // read by a signal handler
int parent = -1;

void write_all(int to, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(to, text.data(), text.size());
        if (n <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

// Nothing here that is not safe in a signal handler.
void end_without_a_verdict(const char* why) {
    if (parent >= 0) {
        write_all(parent, {&says_why, 1});
        write_all(parent, why);
        write_all(parent, "\n");
    } else {
        write_all(STDERR_FILENO, "tally-check: ");
        write_all(STDERR_FILENO, trying);
        write_all(STDERR_FILENO, ": ");
        write_all(STDERR_FILENO, why);
        write_all(STDERR_FILENO, ": no verdict\n");
        kit::conclude();
    }
    ::_exit(kit::exit_cannot_say);
}

}  // namespace

void now_deciding(std::string_view name) { subject = name; }

void now_trying(std::string_view sentence, size at, bool weakened) {
    // Two gates at least, for those that have a tree of them.
    model::expect_threads(std::max(4U, at.threads));
    const std::string claim = fmt::format("{}, {} x {}{}", sentence, at.threads, at.rounds,
                                          weakened ? ", with an order weakened" : "");
    const std::string text = fmt::format("{}: {}", subject, claim);
    const std::size_t length = text.copy(trying, sizeof trying - 1);
    trying[length] = '\0';
    if (parent >= 0)
        write_all(parent, says_trying + claim + "\n");
    else
        kit::now_trying(text);
}

void watch_decisions() {
    model::at_no_way_on(&end_without_a_verdict);
    model::watch_steps(longest_step_seconds);
}

void watch_decisions(int to) {
    parent = to;
    watch_decisions();
}

}  // namespace tally::check
