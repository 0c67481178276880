// SPDX-License-Identifier: MIT
#include "stress/board.hpp"

#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <cstdio>
#include <fstream>

#include "kit/judge.hpp"
#include "machines/native.hpp"
#include "stress/announcing.hpp"

namespace tally::stress {

namespace {

// The steps, and one more that only the board knows.
enum class standing : std::uint8_t { absent, outside, acquiring, waiting, inside, releasing, done };

standing stands(step where) {
    switch (where) {
        case step::outside: return standing::outside;
        case step::acquiring: return standing::acquiring;
        case step::inside: return standing::inside;
        case step::releasing: return standing::releasing;
        case step::done: return standing::done;
    }
    return standing::absent;
}

const char* describe(standing where) {
    switch (where) {
        case standing::absent: return "has not started";
        case standing::outside: return "is outside";
        case standing::acquiring: return "is acquiring";
        case standing::waiting: return "is waiting to get in";
        case standing::inside: return "is inside";
        case standing::releasing: return "is releasing";
        case standing::done: return "is done";
    }
    return "?";
}

void sleep_us(long us) noexcept {
    const timespec span{0, us * 1000};
    (void)::nanosleep(&span, nullptr);
}

std::uint64_t cpu_time_ns(clockid_t clock) noexcept {
    timespec now{};
    if (::clock_gettime(clock, &now) != 0) return 0;
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

// Another thread, as the system knows it: the clock of its CPU time and its number. Elsewhere
// than on Linux neither is known, and a thread is not seen asleep.
struct known_thread {
    clockid_t clock{};
    int tid = 0;
};

known_thread this_thread() noexcept {
    known_thread known;
#if defined(__linux__)
    (void)::pthread_getcpuclockid(::pthread_self(), &known.clock);
    known.tid = static_cast<int>(::syscall(SYS_gettid));
#endif
    return known;
}

// R, S, D ... as in proc(5); '?' if it cannot be known.
char kernel_state(int tid) {
    std::ifstream stat("/proc/self/task/" + std::to_string(tid) + "/stat");
    std::string line;
    std::getline(stat, line);
    const auto name_ends = line.rfind(") ");
    return name_ends == std::string::npos ? '?' : line[name_ends + 2];
}

}  // namespace

struct alignas(2 * cache_line) board::place {
    std::atomic<standing> where{standing::absent};
    std::atomic<std::uint64_t> moves{0};
    std::atomic<int> tid{0};
    std::atomic<clockid_t> clock{};
    choices choose{0};
};

namespace {

// The place of this thread, so that the machine's announcement finds it.
thread_local std::atomic<standing>* stands_here = nullptr;

}  // namespace

void announce_waiting() noexcept {
    // Only the wait inside lock() means anything; unlock() may wait too.
    if (stands_here != nullptr && stands_here->load(relaxed) == standing::acquiring)
        stands_here->store(standing::waiting, relaxed);
}

board::board(unsigned most_threads)
    : most_threads_(most_threads), places_(new place[most_threads]) {}

board::~board() = default;

void board::begin(std::string what, const script& attempt, mood how) {
    what_ = std::move(what);
    attempt_ = attempt;
    kit::now_trying(what_ + " (" + std::to_string(attempt.threads) + " threads, " +
                    std::to_string(attempt.rounds) + " rounds each)");
    mood_ = how;
    line_.reset();
    for (unsigned thread = 0; thread != most_threads_; ++thread) {
        places_[thread].where.store(standing::absent, relaxed);
        places_[thread].choose = choices(attempt.seed + 0x100000001B3ULL * thread);
    }
    running_.store(true, std::memory_order_release);
}

void board::end() noexcept { running_.store(false, std::memory_order_release); }

void board::line_up(unsigned thread, unsigned threads) noexcept {
    place& mine = places_[thread];
    const known_thread known = this_thread();
    mine.clock.store(known.clock, relaxed);
    mine.tid.store(known.tid, relaxed);
    mine.where.store(standing::outside, relaxed);
    stands_here = &mine.where;
    line_.line_up(threads);
}

void board::at(unsigned thread, step where) noexcept {
    place& mine = places_[thread];
    // Before it says so: from `acquiring` on, all that the thread does is the lock's.
    if (where == step::acquiring) dawdle(mine);
    mine.where.store(stands(where), relaxed);
    mine.moves.store(mine.moves.load(relaxed) + 1, relaxed);
    if (where == step::inside) dawdle(mine);
    if (where == step::done) stands_here = nullptr;
}

void board::dawdle(place& mine) noexcept {
    if (mood_ == mood::brisk) return;
    const unsigned drawn = mine.choose.below(1024);
    const unsigned often = mood_ == mood::sluggish ? 8 : 1;
    if (drawn < often) {
        sleep_us(20);
    } else if (drawn < 9 * often) {
        ::sched_yield();
    } else if (drawn < 65 * often) {
        for (unsigned left = mine.choose.below(400); left != 0; --left)
            spin_hint();
    }
}

void board::until_announced(unsigned thread) noexcept {
    for (unsigned look = 0; places_[thread].where.load(relaxed) != standing::waiting; ++look)
        if (look < 100)
            spin_hint();
        else if (look < 200)
            ::sched_yield();
        else
            sleep_us(50);
}

void board::until_seen_waiting(unsigned thread) noexcept {
    constexpr std::uint64_t plenty_ns = 1'000'000;
    const place& other = places_[thread];
    while (other.where.load(relaxed) != standing::acquiring)
        sleep_us(20);
    const clockid_t clock = other.clock.load(relaxed);
    const std::uint64_t from = cpu_time_ns(clock);
    std::uint64_t before = from;
    bool slept_before = false;
    for (;;) {
        sleep_us(200);
        const bool sleeps = kernel_state(other.tid.load(relaxed)) == 'S';
        const std::uint64_t now = cpu_time_ns(clock);
        // Asleep at both looks and not a nanosecond run in between: it slept all the while.
        if (sleeps && slept_before && now == before) return;
        if (now - from >= plenty_ns) return;
        slept_before = sleeps;
        before = now;
    }
}

std::uint64_t board::moves() const noexcept {
    std::uint64_t sum = 0;
    for (unsigned thread = 0; thread != most_threads_; ++thread)
        sum += places_[thread].moves.load(relaxed);
    return sum;
}

std::string board::describe() const {
    std::string text = what_ + "\n  attempt: " + std::to_string(attempt_.threads) + " threads, " +
                       std::to_string(attempt_.rounds) + " rounds each, seed " +
                       std::to_string(attempt_.seed) + "\n";
    for (unsigned thread = 0; thread != most_threads_; ++thread) {
        const place& each = places_[thread];
        const standing where = each.where.load(relaxed);
        if (where == standing::absent) continue;
        text += "  thread " + std::to_string(thread) + " " + stress::describe(where) + " after " +
                std::to_string(each.moves.load(relaxed)) + " steps";
        if (where != standing::done) {
            const char state = kernel_state(each.tid.load(relaxed));
            text += state == 'R'   ? "; it is running or ready to run"
                    : state == 'S' ? "; it is asleep"
                    : state == '?' ? ""
                                   : std::string("; its state in /proc is ") + state;
        }
        text += "\n";
    }
    return text;
}

}  // namespace tally::stress
