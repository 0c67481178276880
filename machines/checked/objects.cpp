// SPDX-License-Identifier: MIT
// Ordinary memory, and the beginning and end of objects.
#include "machines/checked/engine.hpp"

namespace tally::model {

// Is the object alive, and known to be? `s` is the access, already in the graph.
bool engine::usable(unsigned t, const request& q, stamp s) {
    const location& l = g_->locations[q.location];
    if (l.destroy != none) {
        // For the story: it comes after the end of the object, and has read nothing older.
        event& e = g_->events[s];
        e.porf.join(g_->events[l.destroy].porf);
        if (e.kind == event_kind::load) {
            e.reads_from = l.mo_last;
            e.value = g_->newest_value(q.location);
            if (l.mo_last != none) e.porf.join(g_->events[l.mo_last].porf);
        }
        fail(failure_kind::use_after_free,
             "thread " + std::to_string(t) + " uses an object that has been destroyed", l.destroy,
             s);
        return false;
    }
    return known_to_have_begun(t, q, s);
}

bool engine::known_to_have_begun(unsigned t, const request& q, stamp s) {
    const stamp construct = g_->locations[q.location].construct;
    if (construct == none) return true;
    const event& made = g_->events[construct];
    if (g_->events[s].hb.covers(made.thread, made.index)) return true;
    fail(failure_kind::uninitialised,
         "thread " + std::to_string(t) +
             " uses an object whose construction does not happen before it",
         construct, s);
    return false;
}

// Ordinary memory: a race with any unordered access is the end; without one there is exactly one
// write to read, the last.
void engine::step_plain(unsigned t, request& q) {
    const std::uint16_t where = locate_or_fail(t, q, "uses");
    if (where == none) return;
    const bool writes = q.op == operation::plain_write;
    event& e = add(t, writes ? event_kind::plain_write : event_kind::plain_read, where, q,
                   std::memory_order_relaxed);
    const auto s = static_cast<stamp>(g_->size() - 1);
    const stamp newest = g_->locations[where].mo_last;
    if (writes) {
        e.value = q.operand;
        g_->place(s, newest);
    } else {
        e.reads_from = newest;
        e.value = g_->value_of(where, newest);
        compare_with_twin(e);
    }
    if (!usable(t, q, s)) return;
    const auto unordered = [&](stamp o) {
        const event& other = g_->events[o];
        return other.thread != t && !e.hb.covers(other.thread, other.index);
    };
    // Down to the newest write: what was there before that has not raced with it, so happens
    // before it, and before this if it does.
    stamp rival = none;
    for (stamp o = writes ? e.before_here : newest; o != none && rival == none;
         o = g_->events[o].before_here) {
        if (unordered(o)) rival = o;
        if (o == newest) break;
    }
    if (rival != none) {
        const event& other = g_->events[rival];
        fail(failure_kind::race,
             "data race: thread " + std::to_string(other.thread) + " " +
                 (other.kind == event_kind::plain_read ? "reads" : "writes") + " and thread " +
                 std::to_string(t) + (writes ? " writes" : " reads") +
                 " the same memory, and neither happens before the other",
             rival, s);
        if (!reduced_) return;
    }
    if (rival != none || !g_->races.empty()) {
        // What comes later may change what came before the race, and that may fail in another way:
        // so it goes on, and is not judged while both accesses of any race are there.
        if (rival != none) in_run_.dead = false;
        for (stamp o = e.before_here; o != none; o = g_->events[o].before_here)
            if (unordered(o) && (writes || g_->events[o].is_write())) g_->races.push_back({o, s});
        if (rival != none && !writes) {
            // It then depends on nothing that it did not know of.
            clock known = e.hb;
            known.at[t] = static_cast<std::int16_t>(e.index);  // not itself
            e.reads_from = floor_of(*g_, where, known);
            e.value = g_->value_of(where, e.reads_from);
        }
    }
    q.succeeded = true;
    done(q, e.value);
}

void engine::step_construct(unsigned t, request& q) {
    const std::uint16_t where =
        add_location(q.address, q.operand, q.succeeded ? memory_kind::plain : memory_kind::atomic,
                     q.bytes, true);
    if (fibers_.holds(q.address))
        fibers_.note(q.address) = where;
    else
        outside_notes_[q.address] = where;
    event& e = add(t, event_kind::construct, where, q, std::memory_order_relaxed);
    const auto s = static_cast<stamp>(g_->size() - 1);
    e.value = q.operand;
    e.message = {};
    g_->place(s, none);
    g_->locations[where].construct = s;
    compare_with_twin(e);
    done(q, 0);
}

void engine::step_destroy(unsigned t, request& q) {
    const std::uint16_t where = locate(q);
    if (where == none) {
        if (!in_run_.dead) done(q, 0);
        return;
    }
    event& e = add(t, event_kind::destroy, where, q, std::memory_order_relaxed);
    const auto s = static_cast<stamp>(g_->size() - 1);
    for (stamp o = e.before_here; o != none; o = g_->events[o].before_here) {
        const event& other = g_->events[o];
        if (other.thread == t || other.kind == event_kind::refused ||
            e.hb.covers(other.thread, other.index))
            continue;
        fail(failure_kind::use_after_free,
             "thread " + std::to_string(t) + " destroys an object, and a use of it by thread " +
                 std::to_string(other.thread) + " does not happen before that",
             o, s);
        return;
    }
    g_->locations[where].destroy = s;
    done(q, 0);
}

}  // namespace tally::model
