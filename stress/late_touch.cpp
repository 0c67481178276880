// SPDX-License-Identifier: MIT
#include "stress/late_touch.hpp"

#include <unistd.h>

#include <cstring>

#include "kit/exit_codes.hpp"
#include "kit/judge.hpp"
#include "stress/revoked_memory.hpp"

namespace tally::stress {

namespace {

const board* watched = nullptr;

void write_out(const char* text) noexcept {
    (void)!::write(STDERR_FILENO, text, std::strlen(text));
}

void late_touch(int signal, siginfo_t* info, void*) {
    if (revocable::owns(info->si_addr)) {
        // Only what is safe in a signal handler from here on.
        write_out("\nLATE TOUCH: the memory of a lock that had been destroyed was accessed\n  ");
        write_out(watched->what().c_str());
        write_out("\n");
        kit::conclude();
        ::_exit(kit::exit_late_touch);
    }
    std::signal(signal, SIG_DFL);
    (void)std::raise(signal);
}

}  // namespace

late_touch_watch::late_touch_watch(const board& seen_by) {
    watched = &seen_by;
    struct sigaction ours {};
    ours.sa_sigaction = late_touch;
    ours.sa_flags = SA_SIGINFO;
    ::sigaction(SIGSEGV, &ours, &before_);
}

late_touch_watch::~late_touch_watch() { ::sigaction(SIGSEGV, &before_, nullptr); }

}  // namespace tally::stress
