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

class fibers {
public:
    static constexpr std::size_t stack_bytes = std::size_t{128} << 10U;
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
