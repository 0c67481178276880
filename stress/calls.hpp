// SPDX-License-Identifier: MIT
// A lock or a counter as a table of functions: how the claims take hold of one without knowing
// its type. A claim has the size of a small program, and there are a dozen of them; compiled for
// every lock in every kind of waiting they were most of the build. So a unit of the catalogue makes
// these tables, and the claims are compiled once, over what calls through them (any_lock.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "claims/facts.hpp"
#include "machines/contract.hpp"

namespace tally::stress {

// How an object is made, and how it ends.
struct object_calls {
    std::size_t size;
    std::size_t alignment;
    void (*make)(void* at);
    void (*unmake)(void* it);
};

template <class Type>
inline constexpr object_calls object_calls_of{
    .size = sizeof(Type),
    .alignment = alignof(Type),
    .make = [](void* at) { ::new (at) Type; },
    .unmake = [](void* it) { static_cast<Type*>(it)->~Type(); }};

struct lock_calls {
    lock_facts is;
    object_calls object;
    object_calls node;
    void (*lock)(void* it, void* mine);
    void (*unlock)(void* it, void* mine);
    // Null where the lock has none.
    bool (*try_lock)(void* it, void* mine) = nullptr;
    void (*lock_shared)(void* it, void* mine) = nullptr;
    void (*unlock_shared)(void* it, void* mine) = nullptr;
};

struct counter_calls {
    counter_traits traits;
    object_calls object;
    object_calls node;
    void (*add)(void* it, void* mine, std::uint64_t n);
    std::uint64_t (*read)(const void* it);
};

template <class Lock>
constexpr lock_calls make_lock_calls() {
    using node = typename Lock::node;
    lock_calls calls{
        .is = facts_of<Lock>(),
        .object = object_calls_of<Lock>,
        .node = object_calls_of<node>,
        .lock = [](void* it,
                   void* mine) { static_cast<Lock*>(it)->lock(*static_cast<node*>(mine)); },
        .unlock = [](void* it,
                     void* mine) { static_cast<Lock*>(it)->unlock(*static_cast<node*>(mine)); }};
    if constexpr (try_lockable<Lock>)
        calls.try_lock = [](void* it, void* mine) {
            return static_cast<Lock*>(it)->try_lock(*static_cast<node*>(mine));
        };
    if constexpr (shared_lockable<Lock>) {
        calls.lock_shared = [](void* it, void* mine) {
            static_cast<Lock*>(it)->lock_shared(*static_cast<node*>(mine));
        };
        calls.unlock_shared = [](void* it, void* mine) {
            static_cast<Lock*>(it)->unlock_shared(*static_cast<node*>(mine));
        };
    }
    return calls;
}
template <class Lock>
inline constexpr lock_calls calls_of_lock = make_lock_calls<Lock>();

template <class Counter>
inline constexpr counter_calls calls_of_counter{
    .traits = Counter::traits,
    .object = object_calls_of<Counter>,
    .node = object_calls_of<typename Counter::node>,
    .add =
        [](void* it, void* mine, std::uint64_t n) {
            static_cast<Counter*>(it)->add(*static_cast<typename Counter::node*>(mine), n);
        },
    .read = [](const void* it) { return static_cast<const Counter*>(it)->read(); }};

}  // namespace tally::stress
