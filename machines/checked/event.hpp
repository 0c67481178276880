// SPDX-License-Identifier: MIT
// An event: one access, as it stands in an execution graph.
#pragma once

#include <atomic>
#include <cstdint>

#include "machines/checked/clock.hpp"

namespace tally::model {

// A stamp is an event's place in the order in which events were added to their graph.
using stamp = std::uint16_t;
inline constexpr stamp none = 0xFFFF;

enum class event_kind : std::uint8_t {
    construct,    // an object's first value
    destroy,      // the object's end
    load,         // also a compare-exchange that failed
    store,        //
    rmw_read,     // the reading half of a read-modify-write, and ...
    rmw_write,    // ... the writing half, next in the thread's order
    fence,        //
    plain_read,   //
    plain_write,  //
    pause,        // the end of one turn of a spin loop
    woken,        // a sleeper learns of the notify that woke it
    refused,      // a place held for an await that a later store made unsatisfied: see reduced.cpp
};

// What the program asked for; an event keeps it for the story.
enum class operation : std::uint8_t {
    load,
    store,
    exchange,
    fetch_add,
    fetch_sub,
    fetch_and,
    fetch_or,
    fetch_xor,
    compare_exchange,
    await,
    await_for,
    await_exchange,
    signal,
    fence,
    wait,
    notify_one,
    notify_all,
    construct,
    destroy,
    plain_read,
    plain_write,
    pause,
};

struct event {
    event_kind kind;
    operation op;
    std::uint8_t thread;
    std::uint8_t order;    // the order in effect, of this half
    bool exclusive : 1;    // rmw_read: its write goes right after what it read
    bool unfinished : 1;   // reads from a new store: value and clocks are to be computed again
    bool futex : 1;        // on a location's queue of sleepers
    bool weak : 1;         // a compare-exchange that may fail for no reason, and ...
    bool spurious : 1;     // ... did
    bool after_all : 1;    // whatever was added before it on its location happens before it
    bool on_all : 1;       // ... is in its prefix
    bool twin : 1;         // its thread has done the same as the one before it: see symmetry.cpp
    std::uint16_t index;   // in its thread
    std::uint16_t number;  // in its thread, refused ones not counted: names it across graphs
    std::uint16_t location;
    stamp reads_from;        // none: the location's initial value
    stamp mo_before;         // writes: neighbours in modification order; none: the initial value
    stamp mo_after;          //
    std::uint16_t mo_place;  // writes: 1, 2, ...; the initial value has place 0
    stamp before_here;       // the event added before this one on the same location
    std::uint16_t site;
    std::uint64_t value;  // read, or written
    clock hb;             // what happens before it, itself included
    clock porf;           // its prefix by program order and reads-from, itself included
    clock message;        // writes: what a read that acquires from it learns

    // Nothing is set: graph::add, and whoever calls it, set what the event's kind has.
    event() noexcept {}  // NOLINT

    bool is_read() const noexcept {
        return kind == event_kind::load || kind == event_kind::rmw_read ||
               kind == event_kind::plain_read;
    }
    bool is_write() const noexcept {
        return kind == event_kind::store || kind == event_kind::rmw_write ||
               kind == event_kind::construct || kind == event_kind::plain_write;
    }
    bool is_seq_cst() const noexcept {
        return order == static_cast<std::uint8_t>(std::memory_order_seq_cst) &&
               (kind == event_kind::load || kind == event_kind::store ||
                kind == event_kind::rmw_read || kind == event_kind::rmw_write ||
                kind == event_kind::fence);
    }
};

// Graphs are copied for each execution.
static_assert(sizeof(event) == 128);

constexpr bool acquires(std::uint8_t order) noexcept {
    const auto o = static_cast<std::memory_order>(order);
    return o == std::memory_order_acquire || o == std::memory_order_acq_rel ||
           o == std::memory_order_seq_cst || o == std::memory_order_consume;
}
constexpr bool releases(std::uint8_t order) noexcept {
    const auto o = static_cast<std::memory_order>(order);
    return o == std::memory_order_release || o == std::memory_order_acq_rel ||
           o == std::memory_order_seq_cst;
}

}  // namespace tally::model
