// SPDX-License-Identifier: MIT
// A value in memory that several processes share, found by a file's name.
//
// create() makes the file under another name, puts the value in, and links it into place: who can
// open it finds it whole. Each process maps it where there is room, so nothing in it may hold an
// ordinary pointer; see shared_native.hpp for the kind that may.
#pragma once

#include <cstddef>
#include <new>
#include <string>
#include <utility>

namespace tally::process {

// The untyped half: maps `bytes` of a file, shared. Both throw std::system_error.
void* map_new(const std::string& unfinished, std::size_t bytes);
void* map_existing(const std::string& path, std::size_t bytes);
void unmap(void* memory, std::size_t bytes) noexcept;
// Gives the finished file its name; throws std::system_error if the name is taken.
void put_in_place(const std::string& unfinished, const std::string& path);

template <class T>
class segment {
public:
    template <class... Arguments>
    static segment create(const std::string& path, Arguments&&... arguments) {
        const std::string unfinished = path + ".unfinished";
        segment made(map_new(unfinished, sizeof(T)));
        ::new (made.memory_) T(std::forward<Arguments>(arguments)...);
        put_in_place(unfinished, path);
        return made;
    }
    static segment attach(const std::string& path) {
        return segment(map_existing(path, sizeof(T)));
    }

    segment(segment&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
    segment& operator=(segment&& other) noexcept {
        std::swap(memory_, other.memory_);
        return *this;
    }
    // The value is not destroyed: other processes may be using it.
    ~segment() {
        if (memory_ != nullptr) unmap(memory_, sizeof(T));
    }

    T& operator*() const noexcept { return *get(); }
    T* operator->() const noexcept { return get(); }

private:
    explicit segment(void* memory) noexcept : memory_(memory) {}
    T* get() const noexcept { return std::launder(static_cast<T*>(memory_)); }

    void* memory_;
};

}  // namespace tally::process
