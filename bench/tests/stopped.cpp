// SPDX-License-Identifier: MIT
// A window in which the process was stopped (Ctrl-Z, and later fg) measured the pause.
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>

#include "bench/subject.hpp"
#include "bench/window.hpp"
#include "counters/fetch_add.hpp"
#include "kit/catch2.hpp"
#include "kit/interruption.hpp"

using namespace tally;
using namespace tally::bench;
using namespace std::chrono_literals;

namespace {

using spinning = native<waiting::spin>;

void sleep_ms(long ms) {
    const timespec span{ms / 1000, ms % 1000 * 1'000'000};
    ::nanosleep(&span, nullptr);
}

// A child that stops this process after a while, and lets it go on after another.
pid_t stop_us(long after_ms, long for_ms) {
    const pid_t us = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        sleep_ms(after_ms);
        ::kill(us, SIGSTOP);
        sleep_ms(for_ms);
        ::kill(us, SIGCONT);
        ::_exit(0);
    }
    return child;
}

}  // namespace

TEST_CASE("a window in which the process was stopped is dirty however short the stop") {
    kit::heed_interruptions();
    for (const long stopped_ms : {20L, 700L}) {
        tally_sheet sheet;
        counter_contest<fetch_add<spinning>> on;
        const auto team = make_thread_team();
        const pid_t child = stop_us(60, stopped_ms);
        REQUIRE(child > 0);
        const auto window = run_window({1, 1ms, 200ms}, on, *team, sheet, {20, 50}, {});
        int status = 0;
        ::waitpid(child, &status, 0);
        INFO("stopped for " << stopped_ms << " ms");
        CHECK(window.stopped);
        CHECK(window.dirty);
    }
}
