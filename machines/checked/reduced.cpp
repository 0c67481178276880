// SPDX-License-Identifier: MIT
// The reduced search: one execution for each execution graph.
//
// After Kokologiannakis, Marmanis, Gladstein, Vafeiadis, "Truly stateless, optimal dynamic partial
// order reduction" (POPL 2022). A read may read any store that is in the graph when it is added,
// and a store that is added later may still change it (a revisit): the graph is cut down to what
// was added up to the read, and what the store depends on. So that no graph is reached twice, a
// revisit is made only from the one among all graphs that differ in what is cut away in which all
// of that was added in the most ordinary way: reads read the newest store, stores are placed last.
//
// An await is an event only once it is satisfied. It is added only when the newest store satisfies
// it (if the newest one never does, it waits for ever); if it is revisited by a store that does
// not, its thread goes back to waiting, and a `refused` event keeps the read's place, so that what
// it depended on is not cut away a second time. See docs/checked-machine.md.
#include "machines/checked/engine.hpp"

namespace tally::model {

std::unique_ptr<frame> engine::new_frame() {
    if (spare_.empty()) return std::make_unique<frame>();
    auto f = std::move(spare_.back());
    spare_.pop_back();
    f->g.clear();
    f->untried.clear();
    f->fresh = true;
    return f;
}

void engine::recycle(std::unique_ptr<frame> f) { spare_.push_back(std::move(f)); }

void engine::begin_anew() {
    while (!stack_.empty()) {
        recycle(std::move(stack_.back()));
        stack_.pop_back();
    }
    stack_.push_back(new_frame());
    forget_counts();
}

void engine::forget_counts() {
    result_.executions = result_.blocked = result_.events = 0;
    result_.outcomes.clear();
    last_outcome_ = nullptr;
    graphs_ = {};
}

void engine::explore_reduced() {
    reduced_ = true;
    symmetric_ = with_.symmetry;
    begin_anew();
    search_the_stack();
    if (bring_together()) return;
    // What all began with was wrong, and one share of several saw it: all of it again, in this
    // process.
    may_share_ = false;
    stopped_by_.clear();
    symmetric_ = false;
    begin_anew();
    search_the_stack();
}

void engine::search_the_stack() {
    std::uint64_t runs = 0;
    while (!stack_.empty() && !out_of_budget()) {
        if (++runs % 256 == 0 && worth_it()) share_the_work();
        frame_ = stack_.back().get();
        g_ = &frame_->g;
        of_graph_.first_run = frame_->fresh;
        if (frame_->fresh) {
            frame_->fresh = false;
        } else if (frame_->untried.empty()) {
            recycle(std::move(stack_.back()));
            stack_.pop_back();
            continue;
        } else {
            const alternative a = frame_->untried.back();
            frame_->untried.pop_back();
            g_->cut(a.at + std::size_t{1});
            event& e = g_->events[a.at];
            switch (a.what) {
                case alternative::reads_from:
                    if (e.kind == event_kind::refused) {
                        // An await that lagged, and was left to wait first.
                        e.kind = event_kind::load;
                        if (e.is_seq_cst()) ++g_->seq_cst_events;
                    }
                    e.reads_from = a.other;
                    e.spurious = a.spurious;
                    e.unfinished = true;
                    break;
                case alternative::placed_after:
                    g_->unplace(a.at);
                    g_->place(a.at, a.other);
                    break;
                case alternative::chosen: e.value = a.value; break;
            }
        }
        of_graph_.revisit_pending = true;
        count(run());
        if (of_graph_.new_static || of_graph_.symmetry_lost) {
            of_graph_.new_static = of_graph_.symmetry_lost = false;
            if (common_ != nullptr) {
                common_->anew = true;
                return;
            }
            begin_anew();
        }
    }
}

// Does the thread of this refused event still wait there, and would it if the newest store were the
// last of those that were `before`? Then waiting is the ordinary way, whichever store made it wait.
template <class Before>
bool engine::would_wait_for(const event& e, Before before) const {
    const thread& t = threads_[e.thread];
    if (t.at != state::parked || e.index + 1U != g_->threads[e.thread].size() ||
        t.asks->location != e.location || t.asks->satisfies == nullptr)
        return false;
    stamp w = g_->locations[e.location].mo_last;
    while (w != none && !before(w))
        w = g_->events[w].mo_before;
    return !t.asks->accepts(g_->value_of(e.location, w));
}

// Was `e` added in the most ordinary way, seen from what was there before it and from what `write`
// depends on?
bool engine::added_maximally(const event& e, stamp s, stamp write) const {
    const graph& g = *g_;
    const clock& prefix = g.events[write].porf;
    const auto before = [&](stamp x) {
        return x != write && (x < s || prefix.covers(g.events[x].thread, g.events[x].index));
    };
    const auto newest_from = [&](stamp w) {  // nothing from w on in modification order was before
        for (; w != none; w = g.events[w].mo_after)
            if (w != s && before(w)) return false;
        return true;
    };
    switch (e.kind) {
        case event_kind::store:
        case event_kind::rmw_write: {
            // A read that was added earlier reads it: it stays.
            for (const stamp r : g.revisited)
                if (g.events[r].reads_from == s) return false;
            if (e.futex && e.op == operation::notify_one) {
                const std::uint64_t woken = e.value >> 16U;
                const std::uint64_t all = woken | (e.value & 0xFFFFU);
                if (woken != (all & (~all + 1))) return false;  // not the first of the sleepers
            }
            return newest_from(e.mo_after);
        }
        case event_kind::load:
        case event_kind::rmw_read:
        case event_kind::refused: {
            if (e.spurious) return false;
            const stamp from = e.reads_from;
            const bool newest = (from == none || before(from)) &&
                                newest_from(from == none ? g.locations[e.location].mo_first
                                                         : g.events[from].mo_after);
            return newest || (e.kind == event_kind::refused && would_wait_for(e, before));
        }
        default: return true;
    }
}

// A new store may be what an older read reads, if it does not depend on that read. `conflicting`:
// the read of another read-modify-write that has taken the place of the new one.
void engine::revisit_from(stamp write, stamp conflicting) {
    if (with_.broken == breakage::missed_revisits) return;
    graph& g = *g_;
    const std::uint16_t where = g.events[write].location;
    const clock prefix = g.events[write].porf;
    const auto depends_on = [&](const event& e) { return prefix.covers(e.thread, e.index); };
    if (conflicting != none && depends_on(g.events[conflicting])) return;
    const auto may_change = [&](const event& e) {
        return e.location == where &&
               (e.kind == event_kind::load || e.kind == event_kind::rmw_read);
    };
    stamp lowest = none;
    for (stamp s = g.events[write].before_here; s != none; s = g.events[s].before_here) {
        const event& e = g.events[s];
        if (!depends_on(e)) {
            if (may_change(e)) lowest = s;
        } else if (e.on_all) {
            break;
        }
    }
    if (lowest == none) return;
    for (stamp s = write; s-- != lowest;) {
        const event& e = g.events[s];
        if (depends_on(e)) continue;
        if (!added_maximally(e, s, write)) return;
        if (!may_change(e) || (conflicting != none && s > conflicting)) continue;
        for (int spurious = 0; spurious <= (e.weak && e.op == operation::compare_exchange ? 1 : 0);
             ++spurious) {
            if (spurious == 1) {
                unsigned already = 0;
                for (const stamp x : g.threads[e.thread])
                    if (x < s && g.events[x].spurious) ++already;
                if (already >= with_.spurious) continue;
            }
            auto child = new_frame();
            g.copy_part(child->g, s, prefix, write);
            const auto moved = static_cast<stamp>(child->g.size() - 1);
            event& r = child->g.events[s];
            clock known = r.index == 0
                              ? threads_[r.thread].base_hb
                              : child->g.events[child->g.threads[r.thread][r.index - 1U]].hb;
            if (r.op == operation::wait && !r.futex) {
                const event& entry = child->g.events[child->g.threads[r.thread][r.index - 1U]];
                if (entry.reads_from != none) known.join(child->g.events[entry.reads_from].message);
            }
            stamp floor = floor_of(child->g, where < child->g.standing ? where : r.location, known);
            if (has_neighbour(r.thread)) {
                graph* const parent = g_;
                g_ = &child->g;
                const stamp bound = bound_by_twin(r, moved);
                if (g_->place_of(bound) > g_->place_of(floor)) floor = bound;
                g_ = parent;
            }
            r.reads_from = moved;
            child->g.revisited.push_back(s);
            r.unfinished = true;
            r.spurious = spurious == 1;
            bool possible = true;
            if (child->g.events[moved].kind == event_kind::rmw_write) {
                possible = child->g.events[moved].mo_place > child->g.place_of(floor);
            } else {
                child->g.unplace(moved);
                child->g.place(moved, child->g.locations[r.location].mo_last);
                graph* const parent = g_;
                g_ = &child->g;
                collect_places(moved, floor);
                g_ = parent;
                for (std::size_t i = places_.size(); i-- != 0;)
                    child->untried.push_back(
                        {alternative::placed_after, false, moved, places_[i], 0});
            }
            if (possible)
                stack_.push_back(std::move(child));
            else
                recycle(std::move(child));
        }
    }
}

// A read that was given another store is done again: the program says what that store means to it.
void engine::finish_revisit(thread& t, request& q, stamp s, bool& again) {
    event& e = g_->events[s];
    const bool chooses = q.satisfies != nullptr && !e.futex &&
                         (q.op != operation::await_for || t.timeouts >= with_.timeouts);
    if (chooses) {
        bool satisfied = false;
        {
            const asking a_predicate(*this);
            satisfied = q.accepts(g_->value_of(e.location, e.reads_from));
        }
        if (!satisfied) {
            again = false;
            if (e.reads_from != g_->locations[e.location].mo_last) {
                in_run_.dead =
                    true;  // reads what is not the newest, and waits: nothing comes of it
                return;
            }
            refuse(e);
            frame_->untried.clear();
            ++t.position;
            return;
        }
    }
    const bool spurious = e.spurious;
    set_read(s, q, e.reads_from, spurious);
    if (spurious && e.value != q.expected) give_up_frame();  // fails anyway: the same as without
}

// The event keeps its place, and is no access.
void engine::refuse(event& e) const {
    if (e.is_seq_cst()) --g_->seq_cst_events;
    e.kind = event_kind::refused;
    e.exclusive = e.unfinished = e.spurious = false;
    forget(e);
}

// It has been left waiting once when this store was there, or none had been made: to have read it
// is an alternative of that time.
bool engine::was_asked_about(stamp write, std::uint16_t where, stamp last) const {
    if (last == none) return false;
    const event& place = g_->events[last];
    return place.kind == event_kind::refused && place.location == where &&
           (write == none || write < last);
}

// Is there an older store that it may read, and that gives what it waits for?
bool engine::could_read_older(unsigned who) {
    request& q = *threads_[who].asks;
    const std::uint16_t l = locate(q);
    if (l == none) return false;
    const auto& mine = g_->threads[who];
    const stamp last = mine.empty() ? none : mine.back();
    const stamp floor = floor_of(*g_, l, known_hb(who));
    bool found = false;
    const asking a_predicate(*this);
    for (stamp w = g_->locations[l].mo_last; !found && w != floor && w != none;) {
        w = g_->events[w].mo_before;
        found = !was_asked_about(w, l, last) && q.accepts(g_->value_of(l, w));
    }
    return found;
}

// Nobody can go on but awaits that the newest store does not satisfy. Such a one may have read an
// older store: that is noted as an alternative, each store that it may read. It goes on waiting
// first, which is the ordinary way, because it may always happen to read the newest only. False:
// there is none that has not been asked.
bool engine::let_a_lagging_await_be() {
    for (unsigned t = 0; t != born_; ++t) {
        if (threads_[t].at != state::parked || threads_[t].asks->phase != 0 || !lags(t) ||
            !could_read_older(t))
            continue;
        running_ = t;
        request& q = *threads_[t].asks;
        in_step_.lagging = true;
        const bool added = add_read(t, q);
        in_step_.lagging = false;
        if (!added) return false;  // it uses what is gone
        event& e = g_->events[g_->threads[t].back()];
        e.reads_from = g_->locations[e.location].mo_last;
        e.value = g_->newest_value(e.location);
        refuse(e);
        return true;
    }
    return false;
}

// The revisited read cannot be what it was made to be, wherever the store is placed.
void engine::give_up_frame() {
    in_run_.dead = true;
    if (of_graph_.first_run) frame_->untried.clear();
}

}  // namespace tally::model
