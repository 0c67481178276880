// SPDX-License-Identifier: MIT
// An execution graph: events in the order they were added, reads-from, and for each location a
// modification order.
//
// Events are only ever added at the end and removed from the end (cut), or a part of a graph is
// copied (a part that is closed under program order and reads-from). Links are stamps, so that a
// copy is a copy of bytes.
#pragma once

#include <array>
#include <cstdint>

#include "machines/checked/event.hpp"
#include "machines/checked/pile.hpp"

namespace tally::model {

enum class memory_kind : std::uint8_t { atomic, plain, futex };

struct location {
    std::uintptr_t address;
    std::uint64_t initial;  // its value before the first write
    memory_kind kind;       //
    bool created_by_event;  // else it stood before the first thread was started ...
    bool gone;              // ... and may have ended before that
    std::uint8_t bytes;     //
    std::uint16_t queue;    // the futex queue that belongs to it, or none
    std::uint16_t parent;   // of a queue: the location it belongs to
    std::uint16_t writes;   // how many in modification order
    stamp construct;        // none: it stood before the first thread was started
    stamp destroy;          // none: alive
    stamp mo_first;         // ends of the modification order; none: only the initial value
    stamp mo_last;          //
    stamp last_event;       // the chain event::before_here starts here
};

class graph {
public:
    pile<event> events;
    pile<location> locations;
    std::array<pile<stamp>, max_threads> threads;  // each thread's events in its order
    unsigned seq_cst_events = 0;
    unsigned fences = 0;
    pile<stamp> revisited;  // reads of stores that were added after them
    struct race {
        stamp first;
        stamp second;
    };
    pile<race> races;  // accesses to ordinary memory that raced: what follows is not judged
    std::uint16_t standing = 0;  // locations that stood before the first thread was started

    std::size_t size() const noexcept { return events.size(); }
    void clear();

    const event* last_of(unsigned thread) const noexcept {
        return threads[thread].empty() ? nullptr : &events[threads[thread].back()];
    }
    // The event before this one in its thread, or none.
    const event* before_in_thread(const event& e) const noexcept {
        return e.index == 0 ? nullptr : &events[threads[e.thread][e.index - 1U]];
    }
    // What the thread's next event is numbered.
    std::uint16_t next_number(unsigned thread) const noexcept {
        const event* const last = last_of(thread);
        if (last == nullptr) return 0;
        return static_cast<std::uint16_t>(last->number +
                                          (last->kind == event_kind::refused ? 0 : 1));
    }

    // Adds an event after its thread's last. The caller fills the clocks, and what it was asked.
    event& add(unsigned thread, event_kind kind, std::uint16_t where);
    // Puts a write right after `before` (none: after the initial value) in modification order.
    void place(stamp write, stamp before);
    void unplace(stamp write);
    // Removes the events from `size` on.
    void cut(std::size_t size);
    // Copies the events with a stamp up to `upto`, and those `prefix` covers, and `last`.
    void copy_part(graph& to, stamp upto, const clock& prefix, stamp last) const;
    std::uint64_t newest_value(std::uint16_t where) const noexcept {
        const location& l = locations[where];
        return l.mo_last == none ? l.initial : events[l.mo_last].value;
    }
    std::uint64_t value_of(std::uint16_t where, stamp write) const noexcept {
        return write == none ? locations[where].initial : events[write].value;
    }
    unsigned place_of(stamp write) const noexcept {
        return write == none ? 0U : events[write].mo_place;
    }
    // The write of a read-modify-write that has read `write` and already stands, or none.
    stamp taken_by(std::uint16_t where, stamp write) const noexcept;
    // The first half of the read-modify-write whose second half this is.
    stamp read_half(stamp write) const noexcept;
    // The store that gave the location the value which `write` left as it was: one that is no
    // read-modify-write, or one that wrote something else than it had read. none: the initial
    // value.
    stamp origin_of(stamp write) const noexcept;
    // Equal for graphs with equal events, reads-from and modification orders, whatever the order
    // in which their events were added.
    std::uint64_t fingerprint() const noexcept;
    // The same, with other numbers for the threads: called[t] for t.
    std::uint64_t fingerprint(const std::array<std::uint8_t, max_threads>& called) const noexcept;
};

inline event& graph::add(unsigned thread, event_kind kind, std::uint16_t where) {
    const auto here = static_cast<stamp>(events.size());
    auto& order = threads[thread];
    if (kind == event_kind::fence) ++fences;
    const std::uint16_t number = next_number(thread);
    event& e = events.add();
    e.number = number;
    e.kind = kind;
    e.thread = static_cast<std::uint8_t>(thread);
    e.exclusive = e.unfinished = e.futex = e.weak = e.spurious = e.after_all = e.on_all = e.twin =
        false;
    e.index = static_cast<std::uint16_t>(order.size());
    e.location = where;
    e.reads_from = e.mo_before = e.mo_after = e.before_here = none;
    e.mo_place = 0;
    e.value = 0;
    if (where != none) {
        e.before_here = locations[where].last_event;
        locations[where].last_event = here;
    }
    order.push_back(here);
    return e;
}

}  // namespace tally::model
