// SPDX-License-Identifier: MIT
// A stack of plain bytes: a std::vector that leaves what it adds unset, and whose growth is out of
// the way of the code that adds. Graphs are made of these, and are copied once an execution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

namespace tally::model {

template <class T>
class pile {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    pile() = default;
    ~pile() { release(first_); }
    pile(const pile&) = delete;
    pile& operator=(const pile&) = delete;

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    T& operator[](std::size_t i) noexcept { return first_[i]; }
    const T& operator[](std::size_t i) const noexcept { return first_[i]; }
    T& back() noexcept { return first_[size_ - 1]; }
    const T& back() const noexcept { return first_[size_ - 1]; }
    T* begin() noexcept { return first_; }
    T* end() noexcept { return first_ + size_; }
    const T* begin() const noexcept { return first_; }
    const T* end() const noexcept { return first_ + size_; }

    void clear() noexcept { size_ = 0; }
    void pop_back() noexcept { --size_; }
    // What is cut off by a smaller size is there again by a larger one, until something is added.
    void cut(std::size_t size) noexcept { size_ = static_cast<std::uint32_t>(size); }
    void reserve(std::size_t size) {
        if (size > room_) grow(size);
    }
    // Unset.
    T& add() {
        if (size_ == room_) [[unlikely]]
            grow(size_ + 1U);
        return first_[size_++];
    }
    void push_back(const T& value) {
        const T copy = value;  // it may be one of these
        add() = copy;
    }
    void assign(const T* from, std::size_t size) {
        reserve(size);
        if (size != 0) std::memcpy(static_cast<void*>(first_), from, size * sizeof(T));
        cut(size);
    }

private:
    [[gnu::noinline]] void grow(std::size_t size) {
        const std::size_t room = 2 * size + 14;
        T* const more = static_cast<T*>(::operator new(room * sizeof(T), alignment));
        if (size_ != 0) std::memcpy(static_cast<void*>(more), first_, size_ * sizeof(T));
        release(first_);
        first_ = more;
        room_ = static_cast<std::uint32_t>(room);
    }
    static void release(T* at) noexcept { ::operator delete(at, alignment); }

    // An event is two cache lines.
    static constexpr std::align_val_t alignment{64};

    T* first_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t room_ = 0;
};

}  // namespace tally::model
