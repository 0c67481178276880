// SPDX-License-Identifier: MIT
// Sleeping on a word, and waking who sleeps: wait and notify.
#include "machines/checked/engine.hpp"

namespace tally::model {

namespace {

// What a futex queue's value holds: who sleeps, and who was woken by the operation that wrote it.
constexpr std::uint64_t asleep(std::uint64_t value) noexcept { return value & 0xFFFFU; }
constexpr std::uint64_t woken_now(std::uint64_t value) noexcept { return value >> 16U; }
constexpr std::uint64_t queue_value(std::uint64_t sleepers, std::uint64_t woken) noexcept {
    return sleepers | woken << 16U;
}

}  // namespace

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
        if (in_run_.dead) return;
        q.phase = 1;
    }
    if (q.phase == 1) {
        const event queue_read = *g_->last_of(t);
        clock known = queue_read.hb;
        if (queue_read.reads_from != none) known.join(g_->events[queue_read.reads_from].message);
        add(t, event_kind::load, q.location, q, std::memory_order_relaxed);
        const auto s = static_cast<stamp>(g_->size() - 1);
        read_step(t, q, s, known);
        if (in_run_.dead) return;
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
        if (!sleeps && !in_run_.dead) done(q, compare.value);
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
        if (in_run_.dead) return;
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
    if (!in_run_.dead) done(q, 0);
}

}  // namespace tally::model
