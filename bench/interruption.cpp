#include "bench/interruption.hpp"

#include <signal.h>
#include <time.h>

#include <algorithm>

namespace tally::bench {

namespace {

volatile sig_atomic_t noted = 0;

void note(int signal) { noted = signal; }

volatile sig_atomic_t continued = 0;

void count_continued(int) { continued = continued + 1; }

}  // namespace

void heed_interruptions() noexcept {
    // A file that may not grow any further is an error of its write, as a full disk is, and no end.
    ::signal(SIGXFSZ, SIG_IGN);
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction present {};
        // What was ignored when we were started (nohup, a shell's background) stays so.
        if (sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN) continue;
        sigaction(signal, &action, nullptr);
    }
    struct sigaction counted {};
    counted.sa_handler = count_continued;
    counted.sa_flags = SA_RESTART;
    sigaction(SIGCONT, &counted, nullptr);
}

int interruption() noexcept { return noted; }

unsigned times_continued() noexcept { return static_cast<unsigned>(continued); }

bool sleep_unless_interrupted(std::chrono::nanoseconds time) noexcept {
    using namespace std::chrono;
    // The signal may be delivered to another thread, so a long sleep is cut into pieces.
    constexpr nanoseconds piece = milliseconds(100);
    const auto until = steady_clock::now() + time;
    for (;;) {
        if (noted != 0) return false;
        const nanoseconds left = until - steady_clock::now();
        if (left <= nanoseconds::zero()) return true;
        const auto part = std::min(left, piece);
        const timespec how_long{static_cast<time_t>(part.count() / 1'000'000'000),
                                static_cast<long>(part.count() % 1'000'000'000)};
        nanosleep(&how_long, nullptr);
    }
}

}  // namespace tally::bench
