// SPDX-License-Identifier: MIT
// Who has to wait.
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
            const asking a_predicate(*this);
            bool can = q.accepts(g_->newest_value(l));
            if (!can && !reduced_) {
                const stamp floor = floor_of(*g_, l, known_hb(who));
                for (stamp w = g_->locations[l].mo_last; !can && w != floor;
                     w = g_->events[w].mo_before)
                    can = q.accepts(g_->value_of(l, g_->events[w].mo_before)) &&
                          (!q.modifies() || g_->taken_by(l, g_->events[w].mo_before) == none);
            }
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
    const asking a_predicate(*this);
    return !q.accepts(g_->newest_value(l));
}

}  // namespace tally::model
