// SPDX-License-Identifier: MIT
// What machines, locks and counters promise each other.
//
// A lock is written once, against a machine, and runs on every machine: it is
// measured on `native`, attacked under ThreadSanitizer, explored on `checked`.
// A machine gives, and a lock may use, only this:
//
//   atomic<T>   load, store, exchange, compare_exchange_strong/weak, fetch_add/sub/and/or/xor,
//               wait, notify_one, notify_all; every call names its memory order; and the verbs
//                 await(predicate, order)                    block until a value satisfies
//                 await_for(predicate, order, ns)            the same, for ns nanoseconds or so;
//                                                            returns the last value read, which
//                                                            does not satisfy if time ran out
//                 await_exchange(desired, predicate, order)  the same for a swap
//                 signal(value, order)                       store, and wake every waiter
//                 signal_one(value, order)                   store, and wake one waiter or more
//   plain<T>    ordinary memory: read(), write(value); a race on it is a bug that machines look for
//   pause() yield() cpu() now()
//   node() node_limit()   the NUMA node that the calling thread runs on, and a number that is above
//               every node's, which does not change while there are locks. A thread may move to
//               another node at any time: a lock asks once, and keeps the answer.
//   thread_number() thread_limit()   the calling thread's number, below the limit, that no other
//               thread has while it lives. Locks of loads and stores, and of arrays, are sized by
//               the limit, which does not change while there are locks. A number that has ended
//               with its thread is given again, and its next thread sees what the last one did.
//   pause_for(ns)   stays away from shared memory for about so many nanoseconds
//   team        team::run(n, body): runs body(0) .. body(n - 1), each on a thread of its own
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace tally {

inline constexpr std::memory_order relaxed = std::memory_order_relaxed;
inline constexpr std::memory_order acquire = std::memory_order_acquire;
inline constexpr std::memory_order release = std::memory_order_release;
inline constexpr std::memory_order acq_rel = std::memory_order_acq_rel;
inline constexpr std::memory_order seq_cst = std::memory_order_seq_cst;

// Bytes that two threads must lie apart not to disturb each other. A constant, because
// clang 14 lacks std::hardware_destructive_interference_size and gcc warns of it in headers.
inline constexpr std::size_t cache_line = 64;

// In which order waiters are admitted, relative to their order of arrival.
enum class admission : std::uint8_t {
    unfair,   // no bound: a waiter may be overtaken for ever
    bounded,  // a waiter is overtaken at most `bypass` times by any one later arrival
    fifo,     // never overtaken
};

// Who decides how a waiter waits.
enum class waits : std::uint8_t {
    by_machine,  // the machine's verbs do: the lock comes in each kind of waiting
    itself,      // the lock does (a library's lock): it comes in one kind
    never,       // nobody waits for anybody: most counters, which come in one kind
};

// What a lock says of itself. Tests read it: a claim made here is a claim that is attacked.
struct lock_traits {
    admission order = admission::unfair;
    unsigned bypass = 0;                   // with admission::bounded only
    waits waiting = waits::by_machine;     //
    bool recursive = false;                // the holder may lock again
    bool next_holder_may_destroy = false;  // unlock() does not touch the lock once the next
                                           // holder can be inside
    std::string_view cite = {};            // origin: author and year, or the library
};

// What a counter says of itself.
struct counter_traits {
    bool exact = true;           // read() is the exact sum once no add() is under way
    bool shared = true;          // false: adds do not meet in one place (a cost floor)
    bool control = false;        // known to lose updates: shown with what it lost, never ranked
    bool read_any_time = false;  // read() may be called while others add
    waits waiting = waits::never;
    std::string_view cite = {};
};

template <class M>
concept machine = requires(typename M::template atomic<std::uint32_t>& word,
                           typename M::template plain<std::uint32_t>& memory) {
    { word.load(relaxed) } -> std::same_as<std::uint32_t>;
    word.signal(1U, release);
    {
        word.await_for([](std::uint32_t value) { return value == 1; }, relaxed, std::uint64_t{1})
        } -> std::same_as<std::uint32_t>;
    { memory.read() } -> std::same_as<std::uint32_t>;
    memory.write(1U);
    M::pause();
    M::pause_for(std::uint64_t{1});
    M::yield();
    { M::cpu() } -> std::convertible_to<unsigned>;
    { M::node() } -> std::convertible_to<unsigned>;
    { M::node_limit() } -> std::convertible_to<unsigned>;
    { M::thread_number() } -> std::convertible_to<unsigned>;
    { M::thread_limit() } -> std::convertible_to<unsigned>;
    { M::now() } -> std::convertible_to<std::uint64_t>;  // nanoseconds
    typename M::team;
};

// A machine of real threads and real memory: the only kind a library's lock can run on.
template <class M>
concept native_machine = machine<M> && M::is_native;

template <class L>
concept lock = requires(L& l, typename L::node& n) {
    l.lock(n);
    l.unlock(n);
    { L::traits } -> std::convertible_to<const lock_traits&>;
};

template <class L>
concept try_lockable = lock<L> && requires(L& l, typename L::node& n) {
    { l.try_lock(n) } -> std::same_as<bool>;
};

// Gives up, and returns false, when the lock could not be had within that time.
template <class L>
concept timed_lockable = try_lockable<L> &&
    requires(L& l, typename L::node& n, std::uint64_t nanoseconds) {
    { l.try_lock_for(n, nanoseconds) } -> std::same_as<bool>;
};

template <class L>
concept shared_lockable = lock<L> && requires(L& l, typename L::node& n) {
    l.lock_shared(n);
    l.unlock_shared(n);
};

// A lock with an empty node needs nothing from its caller: literature says context-free.
template <class L>
concept context_free = lock<L> && std::is_empty_v<typename L::node>;

// What a thread brings along to a counter is its node, as with locks.
template <class C>
concept counter = requires(C& c, typename C::node& n) {
    c.add(n, std::uint64_t{1});
    { c.read() } -> std::same_as<std::uint64_t>;
    { C::traits } -> std::convertible_to<const counter_traits&>;
};

}  // namespace tally
