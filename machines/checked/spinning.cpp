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

// Did these two events, of two turns of a loop, come to the same for their thread, and the later
// one change nothing? A read-modify-write that writes what it has read changes nothing either:
// whoever reads it could have read its origin.
bool engine::same_in_turn(const event& earlier, const event& later) const {
    if (earlier.kind != later.kind || earlier.op != later.op || earlier.site != later.site ||
        earlier.location != later.location || later.futex)
        return false;
    switch (later.kind) {
        case event_kind::load:
        case event_kind::rmw_read:
        case event_kind::plain_read: return !later.spurious && earlier.value == later.value;
        case event_kind::rmw_write: return g_->before_in_thread(later)->value == later.value;
        default: return false;
    }
}

// Is the thread at the end of a turn that changed nothing and read the values that the turn before
// read? That one may have begun with what precedes the loop.
bool engine::turn_is_repeated(unsigned t, std::uint16_t site) const {
    const auto& mine = g_->threads[t];
    const auto pause_before = [&](std::size_t to) {
        while (to != 0 && g_->events[mine[to - 1]].kind != event_kind::pause)
            --to;
        return to;
    };
    const auto next_down = [&](std::size_t& i) -> const event* {
        while (i != 0) {
            const event& e = g_->events[mine[--i]];
            if (e.kind == event_kind::pause) return nullptr;
            if (e.kind != event_kind::refused) return &e;
        }
        return nullptr;
    };
    std::size_t later = mine.size();
    std::size_t earlier = pause_before(later);
    if (earlier == 0) return false;
    if (g_->events[mine[--earlier]].site != site) return false;  // of another loop
    while (const event* const b = next_down(later)) {
        const event* const a = next_down(earlier);
        if (a == nullptr || !same_in_turn(*a, *b)) return false;
    }
    return true;
}

// The end of one turn of a spin loop. One that repeats the turn before is not done again and again:
// see forward().
void engine::step_pause(unsigned t, request& q) {
    const bool same = turn_is_repeated(t, site_of(q));
    event& e = add(t, event_kind::pause, none, q, std::memory_order_relaxed);
    e.value = same ? 1 : 0;
    compare_with_twin(e);
    threads_[t].forwarding = same;
    threads_[t].forwarded = 0;
    threads_[t].forward_at = e.index;
    threads_[t].index_in_turn = 0;
    done(q, 0);
}

// A turn of a loop that came to the same as the turn before: the thread goes on with the same
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
    const bool writes = e.kind == event_kind::rmw_read;
    bool as_before = q.op == e.op && q.address == g_->locations[e.location].address;
    // With the same operands, or with others that come to the same.
    if (as_before && q.op == operation::compare_exchange)
        as_before = (q.expected == e.value) == writes;
    if (as_before && writes) as_before = written_by(q, e.value) == e.value;
    if (!as_before) {
        t.forwarding = false;
        at = 0;
        return false;
    }
    q.result = e.value;
    q.succeeded = q.op != operation::compare_exchange || writes;
    at = static_cast<std::uint16_t>(at + (writes ? 2 : 1));
    return true;
}

}  // namespace tally::model
