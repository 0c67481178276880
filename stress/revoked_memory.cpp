// SPDX-License-Identifier: MIT
#include "stress/revoked_memory.hpp"

#include <atomic>
#include <cstdint>
#include <new>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define TALLY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define TALLY_SANITIZED 1
#endif
#endif

#if defined(__linux__) && !defined(TALLY_SANITIZED)
#include <sys/mman.h>
#include <unistd.h>
#define TALLY_PAGES 1
#endif

namespace tally::stress::revocable {

#if defined(TALLY_PAGES)

namespace {

// A ring of slots: one comes round again after this many others, long after any late touch.
constexpr std::size_t slots = 256;
constexpr std::size_t slot_bytes = std::size_t{64} * 1024;

class ring {
public:
    ring() {
        void* const mapped = ::mmap(nullptr, slots * slot_bytes, PROT_NONE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapped == MAP_FAILED) throw std::bad_alloc();
        base_ = static_cast<std::byte*>(mapped);
    }
    std::byte* next() noexcept {
        // relaxed: hands out numbers; the object is passed on by who made it.
        return base_ + taken_.fetch_add(1, std::memory_order_relaxed) % slots * slot_bytes;
    }
    bool owns(const void* address) const noexcept {
        const auto at = reinterpret_cast<std::uintptr_t>(address);
        const auto from = reinterpret_cast<std::uintptr_t>(base_);
        return at >= from && at < from + slots * slot_bytes;
    }

private:
    std::byte* base_ = nullptr;
    std::atomic<std::size_t> taken_{0};
};

ring& all() {
    static ring the_ring;
    return the_ring;
}

std::size_t whole_pages(std::size_t bytes) noexcept {
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (bytes + page - 1) / page * page;
}

}  // namespace

void* get(std::size_t bytes, std::size_t) {
    if (bytes > slot_bytes) throw std::bad_alloc();
    void* const memory = all().next();
    if (::mprotect(memory, whole_pages(bytes), PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    return memory;
}

void revoke(void* memory, std::size_t bytes, std::size_t) noexcept {
    (void)::mprotect(memory, whole_pages(bytes), PROT_NONE);
}

bool owns(const void* address) noexcept { return all().owns(address); }

#else

void* get(std::size_t bytes, std::size_t alignment) {
    return ::operator new (bytes, std::align_val_t{alignment});
}

void revoke(void* memory, std::size_t, std::size_t alignment) noexcept {
    ::operator delete (memory, std::align_val_t{alignment});
}

bool owns(const void*) noexcept { return false; }

#endif

}  // namespace tally::stress::revocable
