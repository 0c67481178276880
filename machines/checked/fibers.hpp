// SPDX-License-Identifier: MIT
// The program's threads are fibers. Each has a stack and a heap of its own, at addresses that are
// the same in every execution and in every process (where the system allows), so that a pointer
// that one execution stored in an atomic means the same in the next, and a replay string written
// by one process can be followed by another.
//
// A fiber that is no longer wanted is dropped, not unwound: locks are noexcept, and unwinding
// costs. What it allocated goes with its heap. Memory that a program frees is not handed out again
// within an execution, so that a use after free meets memory that is known to be dead.
#pragma once

#include <cstddef>
#include <cstdint>

#include "machines/checked/clock.hpp"

namespace tally::model {

// What is done when the program under test has done something that cannot be gone on from: used up
// its stack or its heap, or not come back. `why` is one sentence. Called in a signal handler, and
// must not return. By default: one line on standard error, and exit code 2.
using last_words = void (*)(const char* why);
void at_no_way_on(last_words say) noexcept;

// From now on a thread of the program under test that runs on for `seconds` without coming back to
// the explorer is held to wait for something that is not the machine's. (Its accesses come back
// many times a second.) For this thread of the process, until the process ends; a child that is
// forked has to ask again. Takes SIGALRM. Throws std::system_error.
void watch_steps(unsigned seconds);
// A process that was forked has the watch, but not its clock.
void watch_steps_again();

class fibers {
public:
    static constexpr std::size_t stack_bytes = std::size_t{128} << 10U;
    // Below each stack, and never accessible: as wide as the largest frame that an ordinary thread
    // could have, or one that touches its far end only would jump over it.
    static constexpr std::size_t guard_bytes = std::size_t{8} << 20U;
    static constexpr std::size_t heap_bytes = std::size_t{1} << 20U;

    fibers();
    ~fibers();
    fibers(const fibers&) = delete;
    fibers& operator=(const fibers&) = delete;

    // A fresh fiber on the thread's stack, and an empty heap. It runs `entry(argument)` when it is
    // first resumed; entry must not return: it ends by leaving for good.
    void prepare(unsigned thread, void (*entry)(void*), void* argument);

    // From outside: runs the thread until it comes back with leave().
    void resume(unsigned thread);
    // From inside the running thread: back to whoever resumed it.
    void leave();

    bool holds(std::uintptr_t address) const noexcept { return address - base_ < bytes_; }
    // A note of 16 bits for every eight bytes of the fibers' memory.
    std::uint16_t& note(std::uintptr_t address) noexcept { return notes_[(address - base_) >> 3U]; }

    // While alive, the running thread's `new` takes from its own heap; engine code stands
    // outside of it.
    void enter_program(unsigned thread) noexcept;
    static void leave_program() noexcept;

    struct heap {
        std::uintptr_t next;
        std::uintptr_t end;
    };

private:
    static constexpr std::size_t each = guard_bytes + stack_bytes + heap_bytes;

    std::uintptr_t base_ = 0;
    std::size_t bytes_ = 0;
    std::uint16_t* notes_ = nullptr;
    void* context_[max_threads]{};  // of each thread, while it is not running
    void* outside_ = nullptr;       // of who resumed the running one
    unsigned running_ = 0;
    heap heaps_[max_threads]{};
    void (*entry_[max_threads])(void*){};
    void* argument_[max_threads]{};

    struct start;
};

}  // namespace tally::model
