// SPDX-License-Identifier: MIT
// An object of a type that only its table of functions knows, in memory of its own.
#pragma once

#include <new>

#include "stress/calls.hpp"
#include "stress/revoked_memory.hpp"

namespace tally::stress {

// On the heap, in as many bytes as the object has: what a sanitizer can watch.
struct heap {
    static void* get(std::size_t bytes, std::size_t alignment) {
        return ::operator new (bytes, std::align_val_t{alignment});
    }
    static void take_back(void* memory, std::size_t, std::size_t alignment) noexcept {
        ::operator delete (memory, std::align_val_t{alignment});
    }
};

// Taken away when the object ends, so that a late touch is seen.
struct closed_afterwards {
    static void* get(std::size_t bytes, std::size_t alignment) {
        return revocable::get(bytes, alignment);
    }
    static void take_back(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
        revocable::revoke(memory, bytes, alignment);
    }
};

template <class Memory>
class any_object {
public:
    explicit any_object(const object_calls& type)
        : type_(type), it_(Memory::get(type.size, type.alignment)) {
        type_.make(it_);
    }
    ~any_object() {
        type_.unmake(it_);
        Memory::take_back(it_, type_.size, type_.alignment);
    }
    any_object(const any_object&) = delete;
    any_object& operator=(const any_object&) = delete;

    void* get() const noexcept { return it_; }

private:
    const object_calls& type_;
    void* const it_;
};

}  // namespace tally::stress
