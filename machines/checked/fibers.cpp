#include "machines/checked/fibers.hpp"

#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace tally::model {

namespace {

namespace context = boost::context::detail;

// The heap that `new` takes from; null outside the program under test.
thread_local constinit fibers::heap* current_heap = nullptr;
// Where fibers live, for `delete`: what lies there is never given to free().
thread_local constinit std::uintptr_t fibers_base = 0;
thread_local constinit std::size_t fibers_bytes = 0;

[[noreturn]] void give_up(const char* why) {
    std::fprintf(stderr, "checked machine: %s\n", why);
    std::exit(2);
}

}  // namespace

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
    constexpr std::size_t each = stack_bytes + heap_bytes;
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
    // The lowest page of each stack is a guard.
    for (unsigned i = 0; i != max_threads; ++i)
        ::mprotect(reinterpret_cast<void*>(base_ + i * each), 4096, PROT_NONE);
    fibers_base = base_;
    fibers_bytes = bytes_;
}

fibers::~fibers() {
    ::munmap(reinterpret_cast<void*>(base_), bytes_);
    ::munmap(notes_, (bytes_ >> 3U) * sizeof(std::uint16_t));
}

void fibers::prepare(unsigned thread, void (*entry)(void*), void* argument) {
    const std::uintptr_t at = base_ + thread * (stack_bytes + heap_bytes);
    entry_[thread] = entry;
    argument_[thread] = argument;
    heaps_[thread] = {at + stack_bytes, at + stack_bytes + heap_bytes};
    context_[thread] = context::make_fcontext(reinterpret_cast<void*>(at + stack_bytes),
                                              stack_bytes - 4096, &start::here);
}

void fibers::resume(unsigned thread) {
    running_ = thread;
    const context::transfer_t back = context::jump_fcontext(context_[thread], this);
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
