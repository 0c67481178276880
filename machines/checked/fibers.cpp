// SPDX-License-Identifier: MIT
#include "machines/checked/fibers.hpp"

#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/context/detail/fcontext.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <system_error>

namespace tally::model {

namespace {

namespace context = boost::context::detail;

// The heap that `new` takes from; null outside the program under test.
thread_local constinit fibers::heap* current_heap = nullptr;
// Where fibers live, for `delete`: what lies there is never given to free().
thread_local constinit std::uintptr_t fibers_base = 0;
thread_local constinit std::size_t fibers_bytes = 0;

// For the watch: how often the program under test was gone on with, and whether it is running.
thread_local constinit volatile std::uint64_t resumed = 0;
thread_local constinit volatile bool inside = false;

void say_and_exit(const char* why) {
    const auto say = [](const char* text) {
        if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
    };
    say("checked machine: ");
    say(why);
    say("\n");
    ::_exit(2);
}

last_words the_last_words = &say_and_exit;

[[noreturn]] void give_up(const char* why) {
    the_last_words(why);
    std::abort();  // it has returned
}

// A thread of the process handles signals elsewhere than on a fiber's stack, which may be full.
class signal_stack {
public:
    signal_stack() {
        stack_t present{};
        if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
        memory_.reset(new char[bytes]);
        stack_t ours{};
        ours.ss_sp = memory_.get();
        ours.ss_size = bytes;
        ::sigaltstack(&ours, nullptr);
    }
    ~signal_stack() {
        if (!memory_) return;
        stack_t none{};
        none.ss_flags = SS_DISABLE;
        ::sigaltstack(&none, nullptr);
    }
    signal_stack(const signal_stack&) = delete;
    signal_stack& operator=(const signal_stack&) = delete;

private:
    static constexpr std::size_t bytes = std::size_t{64} << 10U;
    std::unique_ptr<char[]> memory_;
};

void give_this_thread_a_signal_stack() { thread_local const signal_stack present; }

void on_bad_access(int signal, siginfo_t* what, void*) {
    constexpr std::size_t each = fibers::guard_bytes + fibers::stack_bytes + fibers::heap_bytes;
    const std::uintptr_t into = reinterpret_cast<std::uintptr_t>(what->si_addr) - fibers_base;
    if (into < fibers_bytes && into % each < fibers::guard_bytes)
        give_up(
            "a thread's stack is used up: the checked machine gives each 128 KiB for its "
            "locals and calls");
    // Not ours: it happens again, and ends the process as it would have.
    std::signal(signal, SIG_DFL);
}

void handle_bad_accesses() {
    for (const int signal : {SIGSEGV, SIGBUS}) {
        struct sigaction present {};
        // Somebody else's handler stays: Catch2 has one, and a debugger's user may.
        if (::sigaction(signal, nullptr, &present) != 0 || present.sa_handler != SIG_DFL) continue;
        struct sigaction ours {};
        ours.sa_sigaction = &on_bad_access;
        ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ::sigemptyset(&ours.sa_mask);
        ::sigaction(signal, &ours, nullptr);
    }
}

// The watch. It counts its own turns and not the time: a process that is stopped, or is given no
// CPU, has no turns either.
volatile unsigned most_turns = 0;

void on_tick(int) {
    static std::uint64_t seen = 0;
    static unsigned turns = 0;
    if (!inside || resumed != seen) {
        seen = resumed;
        turns = 0;
        return;
    }
    if (++turns >= most_turns)
        give_up(
            "a step does not end: the lock waits for something outside its machine (a std::mutex, "
            "a std::atomic, a loop without an access); here it may use only its machine's "
            "atomic, plain, pause, yield, cpu, node and now");
}

}  // namespace

void at_no_way_on(last_words say) noexcept { the_last_words = say; }

void watch_steps(unsigned seconds) {
    give_this_thread_a_signal_stack();
    most_turns = seconds;
    struct sigaction ours {};
    ours.sa_handler = &on_tick;
    ours.sa_flags = SA_ONSTACK | SA_RESTART;
    ::sigemptyset(&ours.sa_mask);
    const itimerval each_second{.it_interval = {1, 0}, .it_value = {1, 0}};
    if (::sigaction(SIGALRM, &ours, nullptr) != 0 ||
        ::setitimer(ITIMER_REAL, &each_second, nullptr) != 0)
        throw std::system_error(errno, std::generic_category(), "watching the steps");
}

void watch_steps_again() {
    if (most_turns != 0) watch_steps(most_turns);
}

struct fibers::start {
    // Runs on a fresh stack.
    static void here(context::transfer_t from) {
        auto* const self = static_cast<fibers*>(from.data);
        self->outside_ = from.fctx;
        const unsigned me = self->running_;
        self->entry_[me](self->argument_[me]);
        give_up("a fiber returned");
    }
};

fibers::fibers() {
    give_this_thread_a_signal_stack();
    handle_bad_accesses();
    bytes_ = each * max_threads;
    // A fixed place, far from where systems put things; anywhere else if it is taken.
    void* const wish = reinterpret_cast<void*>(std::uintptr_t{0x2C0} << 32U);
    void* at = ::mmap(wish, bytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED)
        at = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    void* const notes =
        ::mmap(nullptr, (bytes_ >> 3U) * sizeof(std::uint16_t), PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED || notes == MAP_FAILED) give_up("no memory for the fibers' stacks");
    base_ = reinterpret_cast<std::uintptr_t>(at);
    notes_ = static_cast<std::uint16_t*>(notes);
    for (unsigned i = 0; i != max_threads; ++i)
        ::mprotect(reinterpret_cast<void*>(base_ + i * each), guard_bytes, PROT_NONE);
    fibers_base = base_;
    fibers_bytes = bytes_;
}

fibers::~fibers() {
    ::munmap(reinterpret_cast<void*>(base_), bytes_);
    ::munmap(notes_, (bytes_ >> 3U) * sizeof(std::uint16_t));
}

void fibers::prepare(unsigned thread, void (*entry)(void*), void* argument) {
    const std::uintptr_t at = base_ + thread * each + guard_bytes;
    entry_[thread] = entry;
    argument_[thread] = argument;
    heaps_[thread] = {at + stack_bytes, at + stack_bytes + heap_bytes};
    context_[thread] = context::make_fcontext(reinterpret_cast<void*>(at + stack_bytes),
                                              stack_bytes, &start::here);
}

void fibers::resume(unsigned thread) {
    running_ = thread;
    resumed = resumed + 1;
    inside = true;
    const context::transfer_t back = context::jump_fcontext(context_[thread], this);
    inside = false;
    context_[thread] = back.fctx;
}

void fibers::leave() {
    const context::transfer_t back = context::jump_fcontext(outside_, this);
    outside_ = back.fctx;
}

void fibers::enter_program(unsigned thread) noexcept { current_heap = &heaps_[thread]; }
void fibers::leave_program() noexcept { current_heap = nullptr; }

namespace {

void* allocate(std::size_t bytes, std::size_t alignment) {
    if (fibers::heap* const heap = current_heap) {
        const std::uintptr_t at = (heap->next + alignment - 1) & ~(alignment - 1);
        if (at + bytes > heap->end) give_up("a thread of the program allocates more than 1 MiB");
        heap->next = at + bytes;
        return reinterpret_cast<void*>(at);
    }
    if (bytes == 0) bytes = 1;
    void* const at =
        alignment <= alignof(std::max_align_t)
            ? std::malloc(bytes)
            : std::aligned_alloc(alignment, (bytes + alignment - 1) & ~(alignment - 1));
    if (at == nullptr) throw std::bad_alloc();
    return at;
}

void release_memory(void* at) noexcept {
    if (reinterpret_cast<std::uintptr_t>(at) - fibers_base < fibers_bytes) return;
    std::free(at);
}

}  // namespace

}  // namespace tally::model

// Replaced for the whole executable, because the program under test allocates with the ordinary
// `new`. Outside an exploration they are malloc and free.
void* operator new(std::size_t bytes) {
    return tally::model::allocate(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return tally::model::allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* at) noexcept { tally::model::release_memory(at); }
void operator delete(void* at, std::size_t) noexcept { tally::model::release_memory(at); }
void operator delete(void* at, std::align_val_t) noexcept { tally::model::release_memory(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept {
    tally::model::release_memory(at);
}
