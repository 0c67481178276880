// SPDX-License-Identifier: MIT
// Atomic accesses and fences: what a read may read, and where a store may be placed.
#include "machines/checked/engine.hpp"

namespace tally::model {

namespace {

std::uint64_t low_bytes(std::uint64_t value, unsigned bytes) noexcept {
    return bytes >= 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

}  // namespace

bool engine::order_of_seq_cst_exists() const {
    return with_.broken == breakage::no_seq_cst_order || seq_cst_agrees(*g_);
}

// Fills in what a read has read, and what it learns from that.
void engine::set_read(stamp s, const request& q, stamp from, bool spurious) {
    event& e = g_->events[s];
    if (e.is_seq_cst()) --g_->seq_cst_events;
    e.reads_from = from;
    e.value = g_->value_of(e.location, from);
    e.spurious = spurious;
    e.unfinished = false;
    bool exclusive = q.modifies();
    if (q.op == operation::compare_exchange) exclusive = e.value == q.expected && !spurious;
    if (!e.futex) {
        e.kind = exclusive ? event_kind::rmw_read : event_kind::load;
        e.exclusive = exclusive;
        e.order = static_cast<std::uint8_t>(q.op == operation::wait
                                                ? std::memory_order_relaxed
                                                : order_in_effect(q, !exclusive && q.modifies()));
    }
    if (e.is_seq_cst()) ++g_->seq_cst_events;
    know_what_came_before(e);
    if (from != none) {
        const event& source = g_->events[from];
        e.porf.join(source.porf);
        if (!e.futex && acquires(e.order) && with_.broken != breakage::clock_not_joined)
            e.hb.join(source.message);
    }
    compare_with_chain(e);
    compare_with_twin(e);
}

// A release, or a store after a release fence, lets a reader learn what the thread knows; a
// read-modify-write hands on what was there to learn ([intro.races]/5: since C++20 nothing else
// continues a release sequence).
void engine::set_write_clocks(event& e, stamp rmw_source) {
    e.message = {};
    if (e.futex || releases(e.order)) {
        e.message = e.hb;
    } else if (g_->fences != 0) {
        const auto& mine = g_->threads[e.thread];
        for (std::size_t i = e.index; i-- != 0;) {
            const event& earlier = g_->events[mine[i]];
            if (earlier.kind == event_kind::fence && releases(earlier.order)) {
                e.message = earlier.hb;
                break;
            }
        }
    }
    if (rmw_source != none) e.message.join(g_->events[rmw_source].message);
}

// Reads: every store from the newest down to the floor that the request accepts.
void engine::read_step(unsigned t, request& q, stamp s, const clock& known) {
    const std::uint16_t where = g_->events[s].location;
    const location& l = g_->locations[where];
    const bool chooses = q.satisfies != nullptr &&
                         (q.op != operation::await_for || threads_[t].timeouts >= with_.timeouts);
    const bool futex = g_->events[s].futex;
    candidates_.clear();
    const stamp floor = floor_of(*g_, where, known);
    const std::uint16_t index = g_->events[s].index;
    const stamp before = index == 0 ? none : g_->threads[t][index - 1U];
    const stamp twin = counterpart(g_->events[s]);
    for (stamp w = l.mo_last;; w = g_->events[w].mo_before) {
        const asking a_predicate(*this);
        const std::uint64_t value = g_->value_of(where, w);
        const bool too_old =
            twin != none && g_->place_of(w) < g_->place_of(bound_by_twin(g_->events[s], w));
        const bool asked = in_step_.lagging && was_asked_about(w, where, before);
        if (!too_old && !asked && (futex || !chooses || q.accepts(value))) {
            candidates_.push_back({w, false});
            if (q.weak && value == q.expected && threads_[t].spurious < with_.spurious)
                candidates_.push_back({w, true});
        }
        if (w == floor || w == none) break;
    }
    const auto would_write = [&](const candidate& c) {
        if (futex) return g_->events[s].exclusive;
        return q.op == operation::compare_exchange
                   ? !c.spurious && g_->value_of(where, c.write) == q.expected
                   : q.modifies();
    };
    const bool torn = with_.broken == breakage::torn_rmw;
    if (!reduced_) {
        std::size_t kept = 0;
        for (const candidate c : candidates_) {
            if (would_write(c) && !torn && g_->taken_by(where, c.write) != none) continue;
            if (g_->seq_cst_events != 0) {
                set_read(s, q, c.write, c.spurious);
                if (!order_of_seq_cst_exists()) continue;
            }
            candidates_[kept++] = c;
        }
        candidates_.cut(kept);
        if (kept == 0) {
            in_run_.dead = true;  // cannot be: the newest store may always be read
            return;
        }
        const candidate c = candidates_[pick_read(s)];
        set_read(s, q, c.write, c.spurious);
        return;
    }
    // The newest first; the others are noted. From the oldest up, so that the newest of them is
    // tried next. An await that lags is left as it is first, and all are noted.
    for (std::size_t i = candidates_.size(); i-- > (in_step_.lagging ? 0U : 1U);) {
        const candidate c = candidates_[i];
        if (would_write(c) && !torn) {
            const stamp other = g_->taken_by(where, c.write);
            if (other != none) {
                // Two may not take one place: but this one may push the other one aside.
                const event& rival = g_->events[other];
                if (twin != none && g_->read_half(other) == twin) continue;  // who is its neighbour
                if (known_porf(t).covers(rival.thread, rival.index)) continue;
                set_read(s, q, c.write, false);
                if (futex) {
                    frame_->untried.push_back({alternative::reads_from, false, s, c.write, 0});
                    continue;
                }
                write_half(t, q, true);
                g_->cut(s + 1U);
                --threads_[t].position;
                continue;
            }
        }
        if (g_->seq_cst_events != 0) {
            set_read(s, q, c.write, c.spurious);
            if (!order_of_seq_cst_exists()) continue;
        }
        frame_->untried.push_back({alternative::reads_from, c.spurious, s, c.write, 0});
    }
    if (!in_step_.lagging) set_read(s, q, candidates_[0].write, candidates_[0].spurious);
}

// Adds a read, which has read something unless the run is over.
bool engine::add_read(unsigned t, request& q) {
    const std::uint16_t where = locate_or_fail(t, q, "uses");
    if (where == none) return false;
    const clock known = known_hb(t);
    add(t, event_kind::load, where, q, order_in_effect(q, false));
    const auto s = static_cast<stamp>(g_->size() - 1);
    if (!usable(t, q, s)) return false;
    read_step(t, q, s, known);
    return !in_run_.dead;
}

void engine::step_load(unsigned t, request& q) {
    if (!add_read(t, q)) return;
    const event& e = *g_->last_of(t);
    if (q.op == operation::await_for) {
        const asking a_predicate(*this);
        if (!q.accepts(e.value)) ++threads_[t].timeouts;
    }
    q.succeeded = true;
    done(q, e.value);
}

std::uint64_t engine::written_by(const request& q, std::uint64_t read) const {
    std::uint64_t v = q.operand;
    switch (q.op) {
        case operation::fetch_add: v = read + q.operand; break;
        case operation::fetch_sub: v = read - q.operand; break;
        case operation::fetch_and: v = read & q.operand; break;
        case operation::fetch_or: v = read | q.operand; break;
        case operation::fetch_xor: v = read ^ q.operand; break;
        default: break;
    }
    return low_bytes(v, q.bytes);
}

void engine::step_rmw(unsigned t, request& q) {
    if (q.phase == 0) {
        if (!add_read(t, q)) return;
        const event& e = *g_->last_of(t);
        q.result = e.value;
        q.succeeded = e.kind == event_kind::rmw_read;
        if (e.spurious) ++threads_[t].spurious;
        if (!q.succeeded) {
            done(q, e.value);
            return;
        }
    }
    const std::uint64_t read = g_->last_of(t)->value;
    write_half(t, q, false);
    q.succeeded = true;
    if (!in_run_.dead) done(q, read);
}

// The second half of a read-modify-write: right after what the first half read.
void engine::write_half(unsigned t, request& q, bool tentative) {
    const event read = *g_->last_of(t);
    const bool torn = with_.broken == breakage::torn_rmw;
    const stamp rival = torn ? none : g_->taken_by(read.location, read.reads_from);
    event& e = add(t, event_kind::rmw_write, read.location, q, order_in_effect(q, false));
    const auto s = static_cast<stamp>(g_->size() - 1);
    e.value = written_by(q, read.value);
    set_write_clocks(e, read.reads_from);
    g_->place(s, torn ? g_->locations[read.location].mo_last : read.reads_from);
    finish_rmw(s, rival, tentative);
}

// A read-modify-write is in the graph. If its place was taken, or it disturbs the order of seq_cst
// operations, this execution ends here; but its write may have reached older reads.
void engine::finish_rmw(stamp write, stamp rival, bool tentative) {
    if (reduced_) revisit_from(write, rival == none ? none : g_->read_half(rival));
    if (tentative) return;
    if (rival != none) {
        in_run_.dead = true;
    } else if (g_->events[write].mo_after != none && g_->seq_cst_events > 1 &&
               !order_of_seq_cst_exists()) {
        in_run_.dead = true;
    }
}

void engine::step_store(unsigned t, request& q) {
    const std::uint16_t where = locate_or_fail(t, q, "uses");
    if (where == none) return;
    event& e = add(t, event_kind::store, where, q, order_in_effect(q, false));
    const auto s = static_cast<stamp>(g_->size() - 1);
    e.value = q.operand;
    set_write_clocks(e, none);
    g_->place(s, g_->locations[where].mo_last);
    if (with_.broken == breakage::long_release_sequences && e.mo_before != none)
        e.message.join(g_->events[e.mo_before].message);
    if (!usable(t, q, s)) return;
    place_store(s);
    if (in_run_.dead) return;
    if (reduced_) revisit_from(s, none);
    done(q, 0);
}

// Stores: last in modification order, or anywhere after the floor and after `at_least`, but not
// between a store and the read-modify-write that took the place after it.
void engine::collect_places(stamp s, stamp at_least) {
    places_.clear();
    const event& e = g_->events[s];
    const std::uint16_t where = e.location;
    if (with_.broken == breakage::append_only_stores) return;
    clock known = e.hb;
    known.at[e.thread] = static_cast<std::int16_t>(e.index);  // not itself
    stamp floor = floor_of(*g_, where, known);
    if (g_->place_of(at_least) > g_->place_of(floor)) floor = at_least;
    if (const stamp first = bound_by_twin(e, none); g_->place_of(first) > g_->place_of(floor))
        floor = first;
    const stamp last = e.mo_before;  // where it stands now: at the end
    for (stamp w = last; w != floor && w != none;) {
        w = g_->events[w].mo_before;
        // Right after w stands the write that was before; may it be parted from w?
        const stamp next = w == none ? g_->locations[where].mo_first : g_->events[w].mo_after;
        const event& n = g_->events[next];
        const bool bound = n.kind == event_kind::rmw_write;
        if (!bound || with_.broken == breakage::torn_rmw) places_.push_back(w);
    }
}

void engine::place_store(stamp s) {
    collect_places(s, none);
    const stamp last = g_->events[s].mo_before;
    if (g_->seq_cst_events > 1) {
        std::size_t kept = 0;
        for (const stamp w : places_) {
            g_->unplace(s);
            g_->place(s, w);
            if (order_of_seq_cst_exists()) places_[kept++] = w;
        }
        places_.cut(kept);
        g_->unplace(s);
        g_->place(s, last);
    }
    if (reduced_) {
        for (std::size_t i = places_.size(); i-- != 0;)
            frame_->untried.push_back({alternative::placed_after, false, s, places_[i], 0});
        return;
    }
    const stamp after = pick_place(s, last);
    if (after != last) {
        g_->unplace(s);
        g_->place(s, after);
    }
}

void engine::step_fence(unsigned t, request& q) {
    event& e = add(t, event_kind::fence, none, q, order_in_effect(q, false));
    if (acquires(e.order) && with_.broken != breakage::clock_not_joined) {
        for (const stamp s : g_->threads[t]) {
            const event& earlier = g_->events[s];
            if ((earlier.kind == event_kind::load || earlier.kind == event_kind::rmw_read) &&
                !earlier.futex && earlier.reads_from != none)
                e.hb.join(g_->events[earlier.reads_from].message);
        }
    }
    done(q, 0);
}

}  // namespace tally::model
