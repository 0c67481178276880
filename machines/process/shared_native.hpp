// SPDX-License-Identifier: MIT
// The machine for locks that lie in shared memory: native, with words that work there.
//
// Three things differ from `native`. Futexes are not private, so that a wake reaches a sleeper of
// another process. The count of waiters that saves needless wakes lies in the word itself, since
// a table beside it would be another table in every process. And a word that holds a pointer
// keeps the distance from itself to the target, since every process maps the memory elsewhere
// (Boost.Interprocess calls that an offset_ptr): MCS runs here from the source that threads use.
//
// A waiter that is killed stays counted: later signals to that word wake nobody, needlessly, and
// nothing else. What a lock loses when a process dies is the lock's affair: see the crash matrix.
//
// A lock may run here if all that it reaches lies in the lock and its nodes, and if every pointer
// of that is in a word of the machine: no plain pointers, no thread_local, no table of the
// program's, nothing allocated.
#pragma once

#include <cstdint>
#include <type_traits>

#include "machines/native.hpp"

namespace tally {

template <waiting Waiting>
class parks_in_word {
public:
    static constexpr futex::reach reach = futex::reach::machine;
    // Nobody counts the waiters of all processes, so nobody knows that each has a CPU.
    using waiter = uncounted_waiter;

    template <class Word, class Predicate>
    auto await(Word& word, Predicate satisfies) {
        return await_announced(waiters_, word, satisfies);
    }
    template <class Word, class T>
    void signal(Word& word, T value, bool one) {
        signal_announced(waiters_, word, value, one);
    }
    std::atomic<std::uint32_t>& number_for(const void*) noexcept { return number_; }

private:
    std::atomic<std::uint32_t> waiters_{0};
    std::atomic<std::uint32_t> number_{0};
};

template <class T, waiting Waiting>
using shared_word = native_atomic<T, Waiting, parks_in_word<Waiting>>;

// A pointer into the shared memory that this word lies in, or null.
template <class Target, waiting Waiting>
class shared_pointer_word {
    // No two words of a machine lie one byte apart, so the distance 1 is free to mean null.
    static constexpr std::intptr_t null = 1;

public:
    shared_pointer_word(Target* target = nullptr) noexcept : word_(far(target)) {}  // NOLINT
    shared_pointer_word(const shared_pointer_word&) = delete;
    shared_pointer_word& operator=(const shared_pointer_word&) = delete;

    Target* load(std::memory_order order) const noexcept { return near(word_.load(order)); }
    void store(Target* target, std::memory_order order) noexcept {
        word_.store(far(target), order);
    }
    Target* exchange(Target* target, std::memory_order order) noexcept {
        return near(word_.exchange(far(target), order));
    }
    bool compare_exchange_strong(Target*& expected, Target* desired, std::memory_order success,
                                 std::memory_order failure) noexcept {
        auto seen = far(expected);
        const bool done = word_.compare_exchange_strong(seen, far(desired), success, failure);
        expected = near(seen);
        return done;
    }
    bool compare_exchange_weak(Target*& expected, Target* desired, std::memory_order success,
                               std::memory_order failure) noexcept {
        auto seen = far(expected);
        const bool done = word_.compare_exchange_weak(seen, far(desired), success, failure);
        expected = near(seen);
        return done;
    }
    void wait(Target* old, std::memory_order order) noexcept { word_.wait(far(old), order); }
    void notify_one() noexcept { word_.notify_one(); }
    void notify_all() noexcept { word_.notify_all(); }

    template <class Predicate>
    Target* await(Predicate satisfies, std::memory_order order) noexcept {
        return near(
            word_.await([&](std::intptr_t value) { return satisfies(near(value)); }, order));
    }
    template <class Predicate>
    Target* await_exchange(Target* desired, Predicate satisfies, std::memory_order order) noexcept {
        return near(word_.await_exchange(
            far(desired), [&](std::intptr_t value) { return satisfies(near(value)); }, order));
    }
    void signal(Target* target, std::memory_order order) noexcept {
        word_.signal(far(target), order);
    }
    void signal_one(Target* target, std::memory_order order) noexcept {
        word_.signal_one(far(target), order);
    }

private:
    std::intptr_t far(const Target* target) const noexcept {
        return target == nullptr ? null
                                 : reinterpret_cast<std::intptr_t>(target) -
                                       reinterpret_cast<std::intptr_t>(this);
    }
    Target* near(std::intptr_t distance) const noexcept {
        return distance == null
                   ? nullptr
                   : reinterpret_cast<Target*>(reinterpret_cast<std::intptr_t>(this) + distance);
    }

    shared_word<std::intptr_t, Waiting> word_;
};

template <waiting Waiting>
struct shared_native : native<Waiting> {
    static constexpr bool crosses_processes = true;

    template <class T>
    using atomic = typename std::conditional_t<
        std::is_pointer_v<T>,
        std::type_identity<shared_pointer_word<std::remove_pointer_t<T>, Waiting>>,
        std::type_identity<shared_word<T, Waiting>>>::type;
};

}  // namespace tally
