// SPDX-License-Identifier: MIT
// Locks that end the program, or stop it, instead of locking. Each behaves for a while: until the
// second thread comes.
#pragma once

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

#include "machines/contract.hpp"

#if defined(__unix__)
#include <unistd.h>
#endif

namespace tally::hostile {

// A right lock, but for what `Deed` does when somebody has to wait.
template <class Machine, class Deed>
class misbehaves {
public:
    static constexpr lock_traits traits{.cite = "what a user's lock may do"};
    struct node {};
    void lock(node&) {
        if (busy_.exchange(1, acquire) == 0) return;
        Deed{}();
        busy_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }
    void unlock(node&) noexcept { busy_.signal_one(0, release); }

private:
    typename Machine::template atomic<std::uint32_t> busy_{0};
};

struct exit_with_success {
    void operator()() const { std::exit(0); }
};
struct leave_with_success {
    void operator()() const { ::_exit(0); }
};
struct throw_something {
    void operator()() const { throw std::runtime_error("no lock today"); }
};
struct follow_null {
    void operator()() const {
        volatile int* volatile nowhere = nullptr;
        *nowhere = 1;
    }
};
// Touches its far end only: a guard of one page would be jumped over.
template <std::size_t Bytes>
struct fill_the_stack {
    [[gnu::noinline]] void operator()() const {
        char large[Bytes];
        // By way of volatile, so that the compiler cannot make it smaller.
        char* volatile far_end = large;
        *far_end = 1;
    }
};

template <class Machine>
using exits = misbehaves<Machine, exit_with_success>;
template <class Machine>
using leaves = misbehaves<Machine, leave_with_success>;
template <class Machine>
using throws = misbehaves<Machine, throw_something>;
template <class Machine>
using crashes = misbehaves<Machine, follow_null>;
template <class Machine>
using large_locals = misbehaves<Machine, fill_the_stack<(std::size_t{200} << 10U)>>;
template <class Machine>
using huge_locals = misbehaves<Machine, fill_the_stack<(std::size_t{5} << 20U)>>;
template <class Machine>
using fair_locals = misbehaves<Machine, fill_the_stack<(std::size_t{100} << 10U)>>;

// The system's mutex: all threads of the checked machine are one thread to it.
template <class Machine>
class std_mutex_inside {
public:
    static constexpr lock_traits traits{.cite = "what a user's lock may do"};
    struct node {};
    void lock(node&) noexcept {
        mutex_.lock();
        taken_.fetch_add(1, relaxed);
    }
    void unlock(node&) noexcept {
        taken_.fetch_sub(1, relaxed);
        mutex_.unlock();
    }

private:
    std::mutex mutex_;
    typename Machine::template atomic<unsigned> taken_{0};
};

// A flag that is not the machine's.
template <class Machine>
class flag_outside {
public:
    static constexpr lock_traits traits{.cite = "what a user's lock may do"};
    struct node {};
    void lock(node&) noexcept {
        while (flag_.test_and_set(acquire)) {
        }
        taken_.fetch_add(1, relaxed);
    }
    void unlock(node&) noexcept {
        taken_.fetch_sub(1, relaxed);
        flag_.clear(release);
    }

private:
    std::atomic_flag flag_;
    typename Machine::template atomic<unsigned> taken_{0};
};

}  // namespace tally::hostile
