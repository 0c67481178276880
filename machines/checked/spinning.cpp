// SPDX-License-Identifier: MIT
// The turns of a spin loop, each of which ends with a pause.
#include "machines/checked/engine.hpp"

namespace tally::model {

namespace {

// Turns of a loop that read the same values again, before it is held to be a spin loop without
// an end rather than one that counts its turns.
constexpr std::uint32_t patience = 1000;

}  // namespace

// Has it done nothing since its last pause? Then a pause is a delay, and is not recorded.
bool engine::paused_before(const thread& t) const {
    const auto& mine = g_->threads[running_];
    std::size_t at = t.position;
    while (at != 0 && g_->events[mine[at - 1]].kind == event_kind::refused)
        --at;
    return at == 0 || g_->events[mine[at - 1]].kind == event_kind::pause;
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

// A turn of a loop that read the same stores as the turn before: the thread goes on with the same
// values, unrecorded, so that a loop which counts its turns is left, and one which does not is
// known for what it is. False: it does something else now, which is an event again.
bool engine::forward(thread& t, request& q) {
    const auto& mine = g_->threads[running_];
    if (t.forwarded == 0) t.forwarded = 1;
    // The turn: the events before the pause at forward_at, down to the pause before it.
    std::uint16_t first = t.forward_at;
    while (first != 0 && g_->events[mine[first - 1U]].kind != event_kind::pause)
        --first;
    std::uint16_t& at = t.index_in_turn;
    while (first + at < t.forward_at && g_->events[mine[first + at]].kind == event_kind::refused)
        ++at;
    if (first + at == t.forward_at) {
        if (q.op != operation::pause) {
            t.forwarding = false;
            at = 0;
            return false;
        }
        at = 0;
        if (++t.forwarded > patience) {
            t.forwarding = false;
            t.spinning = true;
            return false;
        }
        return true;
    }
    const event& e = g_->events[mine[first + at]];
    std::uint16_t where = none;
    if (q.op == e.op && q.address == g_->locations[e.location].address) where = e.location;
    if (where == none) {
        t.forwarding = false;
        at = 0;
        return false;
    }
    q.result = e.value;
    q.succeeded = q.op != operation::compare_exchange;
    ++at;
    return true;
}

}  // namespace tally::model
