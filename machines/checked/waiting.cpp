// SPDX-License-Identifier: MIT
// Who has to wait, and the turns of a spin loop.
#include "machines/checked/engine.hpp"

namespace tally::model {

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
            in_step_.in_predicate = true;
            bool can = q.accepts(g_->newest_value(l));
            if (!can && !reduced_) {
                const stamp floor = floor_of(*g_, l, known_hb(who));
                for (stamp w = g_->locations[l].mo_last; !can && w != floor;
                     w = g_->events[w].mo_before)
                    can = q.accepts(g_->value_of(l, g_->events[w].mo_before)) &&
                          (!q.modifies() || g_->taken_by(l, g_->events[w].mo_before) == none);
            }
            in_step_.in_predicate = false;
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
    in_step_.in_predicate = true;
    const bool satisfied = q.accepts(g_->newest_value(l));
    in_step_.in_predicate = false;
    return !satisfied;
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

}  // namespace tally::model
