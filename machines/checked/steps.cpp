// New events: how each kind of request becomes one, and what it may read or where it may be placed.
#include <algorithm>

#include "machines/checked/engine.hpp"

namespace tally::model {

namespace {

std::uint64_t low_bytes(std::uint64_t value, unsigned bytes) noexcept {
    return bytes >= 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

// What a futex queue's value holds: who sleeps, and who was woken by the operation that wrote it.
constexpr std::uint64_t asleep(std::uint64_t value) noexcept { return value & 0xFFFFU; }
constexpr std::uint64_t woken_now(std::uint64_t value) noexcept { return value >> 16U; }
constexpr std::uint64_t queue_value(std::uint64_t sleepers, std::uint64_t woken) noexcept {
    return sleepers | woken << 16U;
}

}  // namespace

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
            new_static_ = dead_ = true;
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
    if (where == none && !dead_)
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
        cut_short_ = dead_ = true;
    }
    return e;
}

void engine::done(request& q, std::uint64_t value) {
    q.result = value;
    thread& t = threads_[running_];
    t.at = state::ready;
    t.asks = nullptr;
}

bool engine::need_not_wait(unsigned who) {
    thread& t = threads_[who];
    request& q = *t.asks;
    switch (q.op) {
        case operation::pause: return !t.spinning;
        case operation::await_for:
            if (t.timeouts < with_.timeouts) return true;
            bounded_by_timeouts_ = true;
            [[fallthrough]];
        case operation::await:
        case operation::await_exchange: {
            if (q.phase != 0) return true;
            const std::uint16_t l = locate(q);
            if (l == none) return true;  // the step will say what is wrong
            in_predicate_ = true;
            bool can = q.accepts(g_->newest_value(l));
            if (!can && !reduced_) {
                const stamp floor = floor_of(*g_, l, known_hb(who));
                for (stamp w = g_->locations[l].mo_last; !can && w != floor;
                     w = g_->events[w].mo_before)
                    can = q.accepts(g_->value_of(l, g_->events[w].mo_before)) &&
                          (!q.modifies() || g_->taken_by(l, g_->events[w].mo_before) == none);
            }
            in_predicate_ = false;
            return can;
        }
        case operation::wait: return q.phase != 3 || notify_for(who, *g_->last_of(who)) != none;
        default: return true;
    }
}

// A sleeper whose place in the queue somebody else has taken can only push that one aside. Before
// that, everybody else goes on: what they store may change the sleeper's compare.
bool engine::crowded_out(unsigned who) const {
    const request& q = *threads_[who].asks;
    if (q.op != operation::wait || q.phase != 2) return false;
    const event& entry = g_->events[g_->threads[who][g_->threads[who].size() - 2]];
    return g_->taken_by(entry.location, entry.reads_from) != none;
}

// An await, or one that may not run out of time any more.
bool engine::waits_for_a_value(unsigned who) const {
    const request& q = *threads_[who].asks;
    return q.awaits() || (q.op == operation::await_for && threads_[who].timeouts >= with_.timeouts);
}

// Does it wait for a value that is not the newest?
bool engine::lags(unsigned who) {
    request& q = *threads_[who].asks;
    if (!waits_for_a_value(who)) return false;
    const std::uint16_t l = locate(q);
    if (l == none) return false;
    in_predicate_ = true;
    const bool satisfied = q.accepts(g_->newest_value(l));
    in_predicate_ = false;
    return !satisfied;
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
    in_predicate_ = true;
    for (stamp w = l.mo_last;; w = g_->events[w].mo_before) {
        const std::uint64_t value = g_->value_of(where, w);
        const bool too_old =
            twin != none && g_->place_of(w) < g_->place_of(bound_by_twin(g_->events[s], w));
        const bool asked = lagging_ && was_asked_about(w, where, before);
        if (!too_old && !asked && (futex || !chooses || q.accepts(value))) {
            candidates_.push_back({w, false});
            if (q.weak && value == q.expected && threads_[t].spurious < with_.spurious)
                candidates_.push_back({w, true});
        }
        if (w == floor || w == none) break;
    }
    in_predicate_ = false;
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
            dead_ = true;  // cannot be: the newest store may always be read
            return;
        }
        const candidate c = candidates_[pick_read(s)];
        set_read(s, q, c.write, c.spurious);
        return;
    }
    // The newest first; the others are noted. From the oldest up, so that the newest of them is
    // tried next. An await that lags is left as it is first, and all are noted.
    for (std::size_t i = candidates_.size(); i-- > (lagging_ ? 0U : 1U);) {
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
    if (!lagging_) set_read(s, q, candidates_[0].write, candidates_[0].spurious);
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
    return !dead_;
}

void engine::step_load(unsigned t, request& q) {
    if (!add_read(t, q)) return;
    const event& e = *g_->last_of(t);
    if (q.op == operation::await_for) {
        in_predicate_ = true;
        if (!q.accepts(e.value)) ++threads_[t].timeouts;
        in_predicate_ = false;
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
    if (!dead_) done(q, read);
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
        dead_ = true;
    } else if (g_->events[write].mo_after != none && g_->seq_cst_events > 1 &&
               !order_of_seq_cst_exists()) {
        dead_ = true;
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
    if (dead_) return;
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
        if (rival != none) dead_ = false;
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
        if (!dead_) done(q, 0);
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

// The end of one turn of a spin loop. A turn that wrote nothing and read the same stores as the
// turn before is not done again and again: see forward().
void engine::step_pause(unsigned t, request& q) {
    const auto& mine = g_->threads[t];
    const std::size_t end = mine.size();
    const auto turn_start = [&](std::size_t to) {
        while (to != 0 && g_->events[mine[to - 1]].kind != event_kind::pause)
            --to;
        return to;
    };
    const std::size_t start = turn_start(end);
    bool same = false;
    if (start != 0) {
        const std::size_t before = turn_start(start - 1);
        std::vector<stamp> turn;
        std::vector<stamp> last_turn;
        for (std::size_t i = start; i != end; ++i)
            if (g_->events[mine[i]].kind != event_kind::refused) turn.push_back(mine[i]);
        for (std::size_t i = before; i != start - 1; ++i)
            if (g_->events[mine[i]].kind != event_kind::refused) last_turn.push_back(mine[i]);
        same = turn.size() == last_turn.size();
        for (std::size_t i = 0; same && i != turn.size(); ++i) {
            const event& a = g_->events[turn[i]];
            const event& b = g_->events[last_turn[i]];
            same = a.is_read() && a.kind == b.kind && a.kind != event_kind::rmw_read &&
                   a.location == b.location && a.reads_from == b.reads_from && a.op == b.op;
        }
    }
    event& e = add(t, event_kind::pause, none, q, std::memory_order_relaxed);
    e.value = same ? 1 : 0;
    compare_with_twin(e);
    threads_[t].forwarding = same;
    threads_[t].forwarded = 0;
    threads_[t].forward_at = e.index;
    threads_[t].index_in_turn = 0;
    done(q, 0);
}

// A futex (Franke, Russell, Kirkwood 2002): the kernel compares and enqueues under a lock of the
// word's, and so does notify. The lock is modelled by the queue's modification order: each
// operation is a read-modify-write of the queue, and the compare stands between its two halves. So
// either the compare sees what was stored before a notify, or that notify sees the sleeper.
//
//   wait     read queue (1), load word (2), write queue (3), and if the word was the old one,
//            sleep (4)
//   notify   read queue (1), write queue (2)
//
// The program learns nothing through the queue: it must order its own accesses.
void engine::step_wait(unsigned t, request& q) {
    const std::uint64_t me = std::uint64_t{1} << t;
    if (q.phase == 0) {
        const std::uint16_t where = locate_or_fail(t, q, "sleeps on");
        if (where == none) return;
        const clock known = known_hb(t);
        const std::uint16_t queue = queue_of(where);
        event& e = add(t, event_kind::rmw_read, queue, q, std::memory_order_relaxed);
        e.futex = e.exclusive = true;
        const auto s = static_cast<stamp>(g_->size() - 1);
        if (!usable(t, q, s)) return;
        read_step(t, q, s, known);
        if (dead_) return;
        q.phase = 1;
    }
    if (q.phase == 1) {
        const event queue_read = *g_->last_of(t);
        clock known = queue_read.hb;
        if (queue_read.reads_from != none) known.join(g_->events[queue_read.reads_from].message);
        add(t, event_kind::load, q.location, q, std::memory_order_relaxed);
        const auto s = static_cast<stamp>(g_->size() - 1);
        read_step(t, q, s, known);
        if (dead_) return;
        q.phase = 2;
        if (reduced_ && crowded_out(t)) return;
    }
    if (q.phase == 2) {
        const auto& mine = g_->threads[t];
        const event compare = *g_->last_of(t);
        const event queue_read = g_->events[mine[mine.size() - 2]];
        const stamp rival = g_->taken_by(queue_read.location, queue_read.reads_from);
        event& e = add(t, event_kind::rmw_write, queue_read.location, q, std::memory_order_relaxed);
        const auto s = static_cast<stamp>(g_->size() - 1);
        e.futex = true;
        const bool sleeps = compare.value == q.expected;
        e.value = queue_value(asleep(queue_read.value) | (sleeps ? me : 0), 0);
        set_write_clocks(e, queue_read.reads_from);
        g_->place(s, queue_read.reads_from);
        q.phase = 3;
        finish_rmw(s, rival, false);
        if (!sleeps && !dead_) done(q, compare.value);
        return;
    }
    const stamp by = notify_for(t, *g_->last_of(t));
    event& e = add(t, event_kind::woken, g_->last_of(t)->location, q, std::memory_order_relaxed);
    e.futex = true;
    e.reads_from = by;
    e.porf.join(g_->events[by].porf);
    q.phase = 4;
    done(q, q.expected);
}

// The notify that woke the sleeper whose entry into the queue this is, or none.
stamp engine::notify_for(unsigned t, const event& queued) const {
    const std::uint64_t me = std::uint64_t{1} << t;
    for (stamp w = queued.mo_after; w != none; w = g_->events[w].mo_after)
        if ((woken_now(g_->events[w].value) & me) != 0) return w;
    return none;
}

void engine::step_notify(unsigned t, request& q) {
    if (q.phase == 0) {
        const std::uint16_t where = locate_or_fail(t, q, "wakes at");
        if (where == none) return;
        const clock known = known_hb(t);
        const std::uint16_t queue = queue_of(where);
        event& e = add(t, event_kind::rmw_read, queue, q, std::memory_order_relaxed);
        e.futex = e.exclusive = true;
        const auto s = static_cast<stamp>(g_->size() - 1);
        if (!known_to_have_begun(t, q, s)) return;
        read_step(t, q, s, known);
        if (dead_) return;
        q.phase = 1;
    }
    const event queue_read = *g_->last_of(t);
    const stamp rival = g_->taken_by(queue_read.location, queue_read.reads_from);
    const std::uint64_t sleepers = asleep(queue_read.value);
    event& e = add(t, event_kind::rmw_write, queue_read.location, q, std::memory_order_relaxed);
    const auto s = static_cast<stamp>(g_->size() - 1);
    e.futex = true;
    set_write_clocks(e, queue_read.reads_from);
    std::uint64_t woken = sleepers;
    if (q.op == operation::notify_one && sleepers != 0) {
        // Any one of them.
        std::vector<std::uint64_t> each;
        for (unsigned i = 0; i != max_threads; ++i)
            if ((sleepers >> i & 1U) != 0) each.push_back(std::uint64_t{1} << i);
        if (reduced_) {
            woken = each[0];
            for (std::size_t i = each.size(); i-- > 1;)
                frame_->untried.push_back({alternative::chosen, false, s, none,
                                           queue_value(sleepers & ~each[i], each[i])});
        } else {
            woken = each[pick(static_cast<unsigned>(each.size()))];
        }
    }
    g_->events[s].value = queue_value(sleepers & ~woken, woken);
    g_->place(s, queue_read.reads_from);
    finish_rmw(s, rival, false);
    if (!dead_) done(q, 0);
}

}  // namespace tally::model
