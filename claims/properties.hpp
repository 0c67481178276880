// SPDX-License-Identifier: MIT
// What a lock or counter says of itself, as far as a person chooses by it: its traits, and what its
// interface shows.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "machines/contract.hpp"

namespace tally::stress {

struct properties {
    bool counts = false;  // a counter, not a lock
    admission order = admission::unfair;
    unsigned bypass = 0;
    bool recursive = false;
    bool tries = false;
    bool timed = false;
    bool shares = false;
    bool context_free = false;
    bool next_holder_may_destroy = false;
    // Of a counter.
    bool exact = true;
    bool control = false;
    bool read_any_time = false;
    // Of a lock between processes: what becomes of it when its holder is killed. Empty: of any
    // other.
    std::string_view holder_killed = {};
    std::string_view cite = {};
};

template <class Type>
constexpr properties properties_of() noexcept {
    properties is;
    is.cite = Type::traits.cite;
    if constexpr (lock<Type>) {
        is.order = Type::traits.order;
        is.bypass = Type::traits.bypass;
        is.recursive = Type::traits.recursive;
        is.next_holder_may_destroy = Type::traits.next_holder_may_destroy;
        is.tries = try_lockable<Type>;
        is.timed = timed_lockable<Type>;
        is.shares = shared_lockable<Type>;
        is.context_free = context_free<Type>;
    } else if constexpr (counter<Type>) {
        is.counts = true;
        is.exact = Type::traits.exact;
        is.control = Type::traits.control;
        is.read_any_time = Type::traits.read_any_time;
    } else {
        is.order = Type::traits.order;
        is.tries = true;
        is.holder_killed = to_string(Type::traits.holder_killed);
    }
    return is;
}

// In words, the rarest last: "FIFO, try, no node".
std::string text(const properties& is);

}  // namespace tally::stress
