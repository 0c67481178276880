// SPDX-License-Identifier: MIT
// Threads that are alike: of the executions that differ only in who is who, one.
//
// After Kokologiannakis, Marmanis, Vafeiadis, "SPORE: Combining symmetry and partial order
// reduction" (PLDI 2024), as a rule of consistency of its own. A thread is its neighbour's twin as
// long as both have done the same: each event of the one has its counterpart in the other, and
// where they read the same object they read the same store. While they are twins,
//
// - the later thread's event depends on its counterpart: it is added after it, and never kept
//   without it;
// - at the first object that tells them apart, the earlier thread reads the older store, or is
//   placed first in modification order. Unless the later one's store depends on the earlier one's
//   event: then that decides.
//
// Every execution has a renaming of its threads that obeys this. Where threads part, those that
// read the same store stand together; the groups are first put in some order that follows
// dependence, and then neighbours which do not depend on each other are exchanged until
// modification order agrees. So nothing is lost. What obeys the rule still does when a part that
// nothing kept depends on is cut away, and when the next event reads the newest store or is placed
// last: that is all that the reduction asks of a memory model.
//
// The team promises to be alike (team::run_alike), and is watched: twins that do different things,
// or use objects that do not correspond, are not alike, and neither are threads that ask which
// they are. Then the search begins anew, without this.
#include <algorithm>

#include "machines/checked/engine.hpp"

namespace tally::model {

// Has the thread, whose last event this is (or none), done the same as its neighbour so far?
bool engine::is_twin(unsigned t, const event* last) const {
    return last == nullptr ? has_neighbour(t) : last->twin;
}

// The neighbour's event with this number, or none.
stamp engine::numbered(unsigned t, std::uint16_t number) const {
    const auto& its = g_->threads[t];
    for (std::size_t i = number; i < its.size(); ++i) {
        const event& e = g_->events[its[i]];
        if (e.number == number && e.kind != event_kind::refused) return its[i];
        if (e.number > number) break;
    }
    return none;
}

// A twin goes after its neighbour.
bool engine::twin_goes_first(unsigned t) const {
    return is_twin(t, g_->last_of(t)) && numbered(t - 1, g_->next_number(t)) == none;
}

// A twin depends on all of its neighbour's operation: the halves of a read-modify-write are never
// parted.
const clock& engine::whole_prefix(stamp s) const {
    const event& e = g_->events[s];
    if (e.kind != event_kind::rmw_read) return e.porf;
    const auto& its = g_->threads[e.thread];
    const std::size_t half = e.index + (e.op == operation::wait ? 2U : 1U);
    return half < its.size() ? g_->events[its[half]].porf : e.porf;
}

// What this event is the twin of, or none.
stamp engine::counterpart(const event& e) const {
    if (!has_neighbour(e.thread)) return none;
    return is_twin(e.thread, g_->before_in_thread(e)) ? numbered(e.thread - 1U, e.number) : none;
}

// The same object, or each its own.
bool engine::corresponds(const event& a, const event& b) const {
    if (a.location == b.location) return true;
    if (a.location == none || b.location == none) return false;
    const location* x = &g_->locations[a.location];
    const location* y = &g_->locations[b.location];
    if ((x->kind == memory_kind::futex) != (y->kind == memory_kind::futex)) return false;
    if (x->kind == memory_kind::futex) {
        x = &g_->locations[x->parent];
        y = &g_->locations[y->parent];
    }
    if (x->construct == none || y->construct == none) return false;
    const event& made_x = g_->events[x->construct];
    const event& made_y = g_->events[y->construct];
    return made_x.thread == a.thread && made_y.thread == b.thread && made_x.number == made_y.number;
}

// Sets whether the thread is still its neighbour's twin with this event, which is whole.
void engine::compare_with_twin(event& e) {
    e.twin = false;
    const stamp s = counterpart(e);
    if (s == none) return;
    const event& other = g_->events[s];
    if (other.op != e.op || other.site != e.site || !corresponds(e, other)) {
        lose_symmetry();
        return;
    }
    if (other.kind != e.kind || other.spurious != e.spurious) return;
    const bool shared = e.location == other.location;
    switch (e.kind) {
        case event_kind::construct:
        case event_kind::fence: e.twin = true; break;
        case event_kind::pause: e.twin = e.value == other.value; break;
        case event_kind::load:
        case event_kind::plain_read:
        case event_kind::rmw_read:
            if (shared) {
                e.twin = e.reads_from == other.reads_from && e.kind != event_kind::rmw_read;
            } else if (e.reads_from == none || other.reads_from == none) {
                e.twin = e.reads_from == other.reads_from;
            } else {
                const event& mine = g_->events[e.reads_from];
                const event& its = g_->events[other.reads_from];
                e.twin = mine.thread == e.thread && its.thread == other.thread &&
                         mine.number == its.number;
            }
            break;
        case event_kind::store:
        case event_kind::rmw_write:
        case event_kind::plain_write:
        case event_kind::destroy: e.twin = !shared; break;
        case event_kind::woken:
        case event_kind::refused: break;
    }
}

// The store that this read may read none older than; the store after which this store must stand.
// `from`: what is to be read.
stamp engine::bound_by_twin(const event& e, stamp from) const {
    const stamp s = counterpart(e);
    if (s == none) return none;
    const event& other = g_->events[s];
    if (other.location != e.location || other.is_write() != e.is_write()) return none;
    // It depends on the other in any case: then that is what tells them apart.
    const event* const earlier = g_->before_in_thread(e);
    const clock& before = earlier == nullptr ? threads_[e.thread].base_porf : earlier->porf;
    if (before.covers(other.thread, other.index)) return none;
    if (e.is_write()) return s;
    if (from != none && g_->events[from].porf.covers(other.thread, other.index)) return none;
    return other.reads_from;
}

// Who asks is not like the others: it would get another answer under another number.
unsigned engine::which_thread() {
    const unsigned me = running_;
    if (symmetric_ && threads_[me].alike) {
        fibers::leave_program();
        lose_symmetry();
        leave(threads_[me]);
    }
    return me;
}

unsigned engine::which_of_team() {
    const unsigned me = which_thread();
    return me < team_first_ ? 0 : me - team_first_;
}

// Nobody may go on but a twin whose neighbour waits: they are not alike after all.
bool engine::a_twin_is_ahead() {
    for (unsigned t = 0; t != born_; ++t) {
        if (threads_[t].at != state::parked || !has_neighbour(t) || !may_step(t)) continue;
        lose_symmetry();
        return true;
    }
    return false;
}

// One for all graphs that differ in who is who in a team that is alike.
std::uint64_t engine::least_fingerprint() const {
    std::array<std::uint8_t, max_threads> called{};
    for (unsigned t = 0; t != max_threads; ++t)
        called[t] = static_cast<std::uint8_t>(t);
    std::uint64_t least = g_->fingerprint(called);
    // Of the first such team; there is one in every program that is alike.
    unsigned first = 1;
    while (first != born_ && !threads_[first].alike)
        ++first;
    if (first == born_) return least;
    unsigned last = first + 1;
    while (last != born_ && threads_[last].index != 0)
        ++last;
    while (std::next_permutation(called.begin() + first, called.begin() + last))
        least = std::min(least, g_->fingerprint(called));
    return least;
}

void engine::lose_symmetry() {
    symmetric_ = false;
    of_graph_.symmetry_lost = in_run_.dead = true;
}

}  // namespace tally::model
