// SPDX-License-Identifier: MIT
// New events: what each of them knows, and which kind of step adds it.
#include <algorithm>

#include "machines/checked/engine.hpp"

namespace tally::model {

// What the thread knows by its last event in this run. The program's own thread goes on between its
// teams while the graph may hold what comes after them.
clock engine::known(unsigned t, clock event::*which, clock thread::*base) const {
    const auto& mine = g_->threads[t];
    const std::size_t done =
        t == 0 ? std::min<std::size_t>(threads_[0].position, mine.size()) : mine.size();
    if (done == 0) return threads_[t].*base;
    clock c = g_->events[mine[done - 1]].*which;
    if (t == 0) c.join(threads_[0].*base);
    return c;
}

std::uint16_t engine::add_location(std::uintptr_t address, std::uint64_t initial, memory_kind kind,
                                   std::uint8_t bytes, bool by_event) {
    if (!by_event && standing_seen_ < g_->standing) {
        // A later run on the same graph: it is there already.
        location& l = g_->locations[standing_seen_];
        l.address = address;
        l.initial = initial;
        l.gone = false;
        return standing_seen_++;
    }
    location l{};
    l.address = address;
    l.initial = initial;
    l.kind = kind;
    l.bytes = bytes;
    l.created_by_event = by_event;
    l.queue = l.parent = none;
    l.construct = l.destroy = l.mo_first = l.mo_last = l.last_event = none;
    g_->locations.push_back(l);
    if (!by_event) ++standing_seen_;
    return static_cast<std::uint16_t>(g_->locations.size() - 1);
}

// The location of the object at this address, or none.
std::uint16_t engine::locate(request& q) {
    if (q.location != none) return q.location;
    std::uint16_t l = none;
    if (fibers_.holds(q.address)) {
        l = fibers_.note(q.address);
    } else {
        const auto found = outside_notes_.find(q.address);
        if (found != outside_notes_.end()) {
            l = found->second;
        } else if (q.op != operation::notify_one && q.op != operation::notify_all) {
            // An object that stood before the program: from now on, one of the first locations.
            // (Its first value is told by the object itself.) All runs start anew.
            statics_.push_back({q.address, {q.initial, q.bytes}});
            of_graph_.new_static = in_run_.dead = true;
            return none;
        }
    }
    if (l >= g_->locations.size() || g_->locations[l].address != q.address) return none;
    // A wake-up at what is gone is allowed, and wakes nobody.
    if (g_->locations[l].gone && q.op != operation::notify_one && q.op != operation::notify_all)
        return none;
    return q.location = l;
}

std::uint16_t engine::locate_or_fail(unsigned t, request& q, const char* verb) {
    const std::uint16_t where = locate(q);
    if (where == none && !in_run_.dead)
        fail(failure_kind::uninitialised,
             "thread " + std::to_string(t) + " " + verb + " what was never constructed");
    return where;
}

std::uint16_t engine::queue_of(std::uint16_t where) {
    if (g_->locations[where].queue != none) return g_->locations[where].queue;
    const std::uint16_t queue =
        add_location(g_->locations[where].address, 0, memory_kind::futex, 8, true);
    g_->locations[queue].parent = where;
    g_->locations[where].queue = queue;
    return queue;
}

// An event knows what its thread's event before it does, and itself.
[[gnu::always_inline]] inline void engine::know_what_came_before(event& e) const {
    const unsigned t = e.thread;
    if (e.index == 0) {
        e.hb = threads_[t].base_hb;
        e.porf = threads_[t].base_porf;
    } else {
        const event& earlier = g_->events[g_->threads[t][e.index - 1U]];
        e.hb = earlier.hb;
        e.porf = earlier.porf;
        if (t == 0) {
            e.hb.join(threads_[0].base_hb);
            e.porf.join(threads_[0].base_porf);
        }
    }
    if (const stamp twin = counterpart(e); twin != none) e.porf.join(whole_prefix(twin));
    e.hb.at[t] = e.porf.at[t] = static_cast<std::int16_t>(e.index + 1);
}

// Walks down a location's chain may end where all the rest is known.
[[gnu::always_inline]] inline void engine::compare_with_chain(event& e) const {
    if (e.before_here == none) {
        e.after_all = e.on_all = true;
        return;
    }
    const event& before = g_->events[e.before_here];
    e.after_all = before.after_all && e.hb.covers(before.thread, before.index);
    e.on_all = before.on_all && e.porf.covers(before.thread, before.index);
}

void engine::forget(event& e) const {
    know_what_came_before(e);
    e.after_all = e.on_all = false;
    e.twin = is_twin(e.thread, g_->before_in_thread(e));
}

event& engine::add(unsigned t, event_kind kind, std::uint16_t where, const request& q,
                   std::memory_order order) {
    event& e = g_->add(t, kind, where);
    e.op = q.op;
    if (q.weak) e.weak = true;
    e.order = static_cast<std::uint8_t>(order);
    e.site = site_of(q);
    know_what_came_before(e);
    if (where != none) compare_with_chain(e);
    if (e.is_seq_cst()) ++g_->seq_cst_events;
    switch (kind) {
        case event_kind::store:
        case event_kind::rmw_write:
        case event_kind::plain_write:
        case event_kind::fence:
        case event_kind::destroy: compare_with_twin(e); break;
        default: break;  // once it is known what it read, or made
    }
    ++threads_[t].position;
    ++result_.events;
    if (g_->size() > with_.longest_execution) {
        bounded_by_length_ = true;
        in_run_.dead = true;
    }
    return e;
}

void engine::done(request& q, std::uint64_t value) {
    q.result = value;
    thread& t = threads_[running_];
    t.at = state::ready;
    t.asks = nullptr;
}

void engine::add_event(unsigned t) {
    running_ = t;
    request& q = *threads_[t].asks;
    ++steps_taken_;
    switch (q.op) {
        case operation::load:
        case operation::await:
        case operation::await_for: step_load(t, q); break;
        case operation::store:
        case operation::signal: step_store(t, q); break;
        case operation::fence: step_fence(t, q); break;
        case operation::plain_read:
            if (with_.races)
                step_plain(t, q);
            else
                step_load(t, q);
            break;
        case operation::plain_write:
            if (with_.races)
                step_plain(t, q);
            else
                step_store(t, q);
            break;
        case operation::construct: step_construct(t, q); break;
        case operation::destroy: step_destroy(t, q); break;
        case operation::pause: step_pause(t, q); break;
        case operation::wait: step_wait(t, q); break;
        case operation::notify_one:
        case operation::notify_all: step_notify(t, q); break;
        default: step_rmw(t, q); break;
    }
    if (!scripted_ || script_next_ == 0) return;
    const event* const last = g_->last_of(t);
    if (last != nullptr && (last->kind == event_kind::store || last->kind == event_kind::rmw_write))
        script_stamps_[script_next_ - 1] = g_->threads[t].back();
}

}  // namespace tally::model
