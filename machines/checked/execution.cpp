// SPDX-License-Identifier: MIT
// One run of the program: threads catch up with the graph, then new events are added until nobody
// can go on.
#include <cstdio>
#include <cstdlib>

#include "machines/checked/checked.hpp"
#include "machines/checked/engine.hpp"

namespace tally::model {

namespace {

thread_local constinit engine* the_engine = nullptr;

struct current_engine {
    explicit current_engine(engine* e) noexcept : before(the_engine) { the_engine = e; }
    ~current_engine() { the_engine = before; }
    current_engine(const current_engine&) = delete;
    current_engine& operator=(const current_engine&) = delete;
    engine* before;
};

}  // namespace

engine* engine::current() noexcept { return the_engine; }
bool exploring() noexcept { return the_engine != nullptr; }

// The common case: the thread's next recorded event says all that the program needs to know.
inline bool engine::repeat_at_once(request& q) {
    thread& t = threads_[running_];
    const auto& mine = g_->threads[running_];
    if (t.position >= mine.size() || t.forwarding || running_ == 0) return false;
    const event& e = g_->events[mine[t.position]];
    if (e.unfinished) return false;
    switch (e.kind) {
        case event_kind::store:
        case event_kind::plain_read:
        case event_kind::plain_write:
            if (q.op == operation::pause) return false;
            break;
        case event_kind::load:
            if (q.op != operation::load && q.op != operation::await) return false;
            break;
        case event_kind::rmw_read:
            if (e.futex || t.position + 1U == mine.size() || q.op == operation::pause) return false;
            ++t.position;  // its write
            break;
        default: return false;
    }
    ++t.position;
    q.result = e.value;
    q.succeeded = true;
    return true;
}

void perform(request& what) {
    engine* const e = the_engine;
    if (e == nullptr) {
        std::fputs("checked machine: an object is used outside of an exploration\n", stderr);
        std::exit(2);
    }
    if (!e->repeat_at_once(what)) e->perform(what);
}
void run_team(unsigned threads, void (*call)(void*, unsigned), void* body, bool alike) {
    the_engine->run_team(threads, call, body, alike);
}
unsigned this_thread() noexcept { return the_engine->which_thread(); }
unsigned number_in_team() noexcept { return the_engine->which_of_team(); }

namespace {
unsigned expected_threads = max_threads;
}  // namespace
void expect_threads(unsigned threads) noexcept { expected_threads = threads; }
unsigned limit_of_threads() noexcept { return expected_threads; }

std::uint64_t virtual_time() noexcept { return the_engine->now(); }

engine::ending engine::run() {
    const current_engine here(this);
    for (unsigned t = 0; t != born_; ++t)
        threads_[t] = {};
    born_ = 1;
    team_first_ = 1;
    in_run_ = {};
    in_step_.in_predicate = false;
    standing_seen_ = 0;
    previous_ = 0;
    preemptions_used_ = 0;
    steps_taken_ = 0;
    outcome_ = {};
    outside_notes_.clear();
    for (const auto& [address, what] : statics_)
        outside_notes_[address] =
            add_location(address, what.first, memory_kind::atomic, what.second, false);
    fibers_.prepare(0, &main_entry, this);
    threads_[0].at = state::ready;

    while (!in_run_.dead) {
        // Whoever can run without a new event, runs.
        unsigned who = max_threads;
        bool team_done = true;
        for (unsigned t = 0; t != born_; ++t) {
            if (threads_[t].at == state::ready) {
                who = t;
                break;
            }
            if (t >= team_first_ && threads_[t].at != state::finished) team_done = false;
        }
        if (who == max_threads && threads_[0].at == state::waiting && team_done) {
            thread& main = threads_[0];
            for (unsigned t = team_first_; t != born_; ++t) {
                main.base_hb.join(known_hb(t));
                main.base_porf.join(known_porf(t));
            }
            team_first_ = born_;
            main.at = state::ready;
            who = 0;
        }
        if (who != max_threads) {
            resume(who);
            continue;
        }
        if (!in_run_.settled) {
            settle();
            continue;
        }
        // Somebody's new event.
        unsigned enabled[max_threads];
        unsigned n = 0;
        if (reduced_) {
            // Whoever is in the middle of an operation goes first: its place is still free.
            for (int turn = 0; turn != 3 && n == 0; ++turn) {
                for (unsigned t = 0; t != born_ && n == 0; ++t) {
                    if (threads_[t].at != state::parked || !steppable(t)) continue;
                    if (turn == 0 && threads_[t].asks->phase == 0) continue;
                    if (turn != 2 && crowded_out(t)) continue;
                    enabled[n++] = t;
                }
            }
            who = enabled[0];
        } else {
            // What is no choice point happens at once.
            for (unsigned t = 0; t != born_ && who == max_threads; ++t)
                if (threads_[t].at == state::parked && !at_choice_point(t) && steppable(t)) who = t;
            if (who == max_threads) {
                bool lag = true;
                for (unsigned t = 0; t != born_; ++t) {
                    if (threads_[t].at != state::parked || !steppable(t)) continue;
                    enabled[n++] = t;
                    lag = lag && lags(t);
                }
                // Each of them waits for a value that has been overwritten. They may miss it, and
                // wait for ever; or have read it late.
                if (lag && n != 0 && !scripted_ && pick(2) == 0) n = 0;
                if (lag && scripted_ && script_next_ == script_.size()) n = 0;
                if (n != 0) who = pick_thread(enabled, n);
                if (in_run_.dead) break;
            } else {
                n = 1;
            }
        }
        if (n == 0 && reduced_ && symmetric_ && a_twin_is_ahead()) break;
        if (n == 0 && reduced_ && let_a_lagging_await_be()) continue;
        if (n == 0 || in_run_.dead) break;
        running_ = who;
        add_event(who);
        if (in_run_.dead) break;
        if (threads_[who].at == state::ready) resume(who);
    }
    fibers::leave_program();
    if (in_run_.failed || !g_->races.empty()) return ending::failed;
    if (in_run_.dead) return ending::redundant;
    return judge_end();
}

void engine::resume(unsigned t) {
    running_ = t;
    fibers_.resume(t);
    fibers::leave_program();
}

// From inside the thread. Comes back when the thread is resumed, which may be never.
void engine::leave(thread&) { fibers_.leave(); }

void engine::main_entry(void* self) {
    auto& e = *static_cast<engine*>(self);
    e.fibers_.enter_program(0);
    {
        const outcome came_to = e.run_();
        fibers::leave_program();
        // Copied while the program's memory is alive, into memory of the explorer's.
        e.outcome_.held = came_to.held;
        e.outcome_.text.assign(came_to.text.data(), came_to.text.size());
        // A string the program made is not given back to the explorer's heap: see `delete`.
    }
    e.threads_[0].at = state::finished;
    e.leave(e.threads_[0]);
    std::abort();
}

void engine::thread_entry(void* self) {
    auto& e = *static_cast<engine*>(self);
    const unsigned me = e.running_;
    e.fibers_.enter_program(me);
    e.team_call_(e.team_body_, e.threads_[me].index);
    fibers::leave_program();
    e.threads_[me].at = state::finished;
    e.leave(e.threads_[me]);
    std::abort();
}

void engine::run_team(unsigned threads, void (*call)(void*, unsigned), void* body, bool alike) {
    fibers::leave_program();
    if (running_ != 0) {
        fail(failure_kind::misuse, "a team was started by a thread of a team");
        leave(threads_[running_]);
    }
    if (born_ + threads > max_threads) {
        fail(failure_kind::misuse, "more than " + std::to_string(max_threads - 1) +
                                       " threads: the checked machine has no more");
        leave(threads_[0]);
    }
    if (!in_run_.ever_started) {
        in_run_.ever_started = true;
        if (g_->events.empty()) g_->standing = static_cast<std::uint16_t>(g_->locations.size());
    }
    team_call_ = call;
    team_body_ = body;
    const clock hb = known_hb(0);
    const clock porf = known_porf(0);
    for (unsigned i = 0; i != threads; ++i) {
        thread& t = threads_[born_];
        t = {};
        t.index = i;
        t.alike = alike;
        t.base_hb = hb;
        t.base_porf = porf;
        t.at = state::ready;
        if (with_.how == search::pct) t.priority = (random_() >> 1U) + (std::uint64_t{1} << 32U);
        fibers_.prepare(born_, &thread_entry, this);
        ++born_;
    }
    threads_[0].at = state::waiting;
    in_run_.settled = false;
    leave(threads_[0]);
    fibers_.enter_program(0);
}

void engine::perform(request& q) {
    thread& t = threads_[running_];
    if (running_ != 0) {
        if (q.op == operation::pause && !t.forwarding && paused_before(t)) return;
        // A thread that has no more events to repeat and none to make: see `forward`.
        if (t.position < g_->threads[running_].size() && repeat(t, q)) return;
    }
    fibers::leave_program();
    if (in_step_.in_predicate) {
        fail(failure_kind::misuse, "the predicate of an await uses the machine");
        leave(t);
    }
    if (running_ == 0) {
        // First: what is not recorded is not to be taken for what is.
        const bool stands = standing_access(q);
        if (in_run_.dead) leave(t);
        fibers_.enter_program(0);
        if (stands) return;
        if (t.position < g_->threads[0].size() && repeat(t, q)) return;
        fibers::leave_program();
    }
    if (t.forwarding && forward(t, q)) {
        fibers_.enter_program(running_);
        return;
    }
    park(t, q);
    fibers_.enter_program(running_);
}

void engine::park(thread& t, request& q) {
    t.asks = &q;
    t.at = state::parked;
    const unsigned me = running_;
    // The common case, without a switch: the reduced search stays with a thread while it can.
    if (reduced_ && in_run_.settled) {
        while (t.at == state::parked && steppable(me) && !crowded_out(me)) {
            add_event(me);
            if (in_run_.dead) leave(t);
        }
    }
    while (t.at == state::parked)
        leave(t);
    running_ = me;
}

// The values of what the thread has done before, from the graph. False: it needs a new event.
bool engine::repeat(thread& t, request& q) {
    const auto& mine = g_->threads[running_];
    while (g_->events[mine[t.position]].kind == event_kind::refused)
        if (++t.position == mine.size()) return false;
    const stamp s = mine[t.position];
    event* e = &g_->events[s];
    if (t.forwarding) {
        // Recorded events after a loop was left, or the loop itself, not recorded.
        fibers::leave_program();
        const bool still = forward(t, q);
        fibers_.enter_program(running_);
        if (still) return true;
    }
    bool again = true;
    if (e->unfinished) {
        fibers::leave_program();
        finish_revisit(t, q, s, again);
        if (in_run_.dead) leave(t);
        fibers_.enter_program(running_);
        if (!again) return false;
        e = &g_->events[s];
    }
    switch (q.op) {
        case operation::wait: {
            // queue read, compare, queue write, and if the compare succeeded, woken
            if (q.phase == 0) q.location = g_->locations[e->location].parent;
            while (t.position < mine.size()) {
                if (g_->events[mine[t.position]].unfinished) {
                    fibers::leave_program();
                    finish_revisit(t, q, mine[t.position], again);
                    fibers_.enter_program(running_);
                }
                ++t.position;
                ++q.phase;
                const event& compare = g_->events[mine[t.position - (q.phase == 3 ? 2U : 1U)]];
                if (q.phase == 3 && compare.value != q.expected) return true;
                if (q.phase == 4) return true;
            }
            return false;
        }
        case operation::notify_one:
        case operation::notify_all:
            ++t.position;
            q.phase = 1;
            q.location = e->location;
            if (t.position == mine.size()) return false;
            ++t.position;
            return true;
        case operation::construct:
            if (fibers_.holds(q.address))
                fibers_.note(q.address) = e->location;
            else
                outside_notes_[q.address] = e->location;
            ++t.position;
            return true;
        case operation::pause:
            ++t.position;
            t.forwarding = e->value != 0;
            t.forwarded = 0;
            t.forward_at = static_cast<std::uint16_t>(t.position - 1);
            t.index_in_turn = 0;
            t.spinning = false;
            return true;
        default: break;
    }
    q.result = e->value;
    q.succeeded = true;
    ++t.position;
    if (e->kind == event_kind::rmw_read) {
        if (t.position == mine.size()) {
            q.phase = 1;
            q.location = e->location;
            return false;  // its write is to come
        }
        ++t.position;
    } else if (q.op == operation::compare_exchange) {
        q.succeeded = false;
        if (e->spurious) ++t.spurious;
    } else if (q.op == operation::await_for && !q.accepts(e->value)) {
        ++t.timeouts;
    }
    return true;
}

// Thread 0 while nobody else runs: nothing to choose, and before the first team nothing to keep.
bool engine::standing_access(request& q) {
    const auto locate_standing = [&]() -> location* {
        const std::uint16_t l = locate(q);
        return l == none ? nullptr : &g_->locations[l];
    };
    if (!in_run_.ever_started) {
        switch (q.op) {
            case operation::construct: {
                const std::uint16_t l = add_location(
                    q.address, q.operand, q.succeeded ? memory_kind::plain : memory_kind::atomic,
                    q.bytes, false);
                if (fibers_.holds(q.address))
                    fibers_.note(q.address) = l;
                else
                    outside_notes_[q.address] = l;
                return true;
            }
            case operation::destroy:
                if (location* l = locate_standing()) l->gone = true;
                return true;
            case operation::fence:
            case operation::pause: return true;
            default: break;
        }
        location* const l = locate_standing();
        if (l == nullptr) {
            if (q.op == operation::notify_one || q.op == operation::notify_all) return true;
            fail(failure_kind::uninitialised, "an object is used that was never constructed");
            leave(threads_[0]);
            return true;
        }
        const std::uint64_t before = l->initial;
        q.result = before;
        q.succeeded = true;
        switch (q.op) {
            case operation::store:
            case operation::signal:
            case operation::plain_write: l->initial = q.operand; break;
            case operation::await:
            case operation::await_exchange:
                if (!q.accepts(before)) {
                    fail(failure_kind::deadlock, "the program waits before it has started a team");
                    leave(threads_[0]);
                    return true;
                }
                if (q.op == operation::await_exchange) l->initial = q.operand;
                break;
            case operation::wait:
                if (before == q.expected) {
                    fail(failure_kind::deadlock, "the program sleeps before it has started a team");
                    leave(threads_[0]);
                }
                break;
            default:
                if (q.modifies()) {
                    q.succeeded = q.op != operation::compare_exchange || before == q.expected;
                    if (q.succeeded) l->initial = written_by(q, before);
                }
                break;
        }
        return true;
    }
    // After a team: reads have one value, and only what changes memory is kept.
    if (threads_[0].at == state::waiting || team_first_ != born_) return false;
    switch (q.op) {
        case operation::load:
        case operation::plain_read: {
            location* const l = locate_standing();
            if (l == nullptr || l->destroy != none) return false;
            // The newest of what has been joined: the graph may hold a later team's stores already.
            q.result = g_->value_of(q.location, floor_of(*g_, q.location, known_hb(0)));
            q.succeeded = true;
            q.location = none;
            return true;
        }
        case operation::destroy:
            for (unsigned t = 1; t != born_; ++t)
                if (threads_[t].at != state::finished) return false;
            return true;
        case operation::pause: return true;
        default: return false;
    }
}

void engine::settle() {
    in_run_.settled = true;
    if (!of_graph_.revisit_pending) return;
    of_graph_.revisit_pending = false;
    if (!order_of_seq_cst_exists()) in_run_.dead = true;
}

// Nobody can go on: finished, stuck, or a spinner that would go on if it read something newer.
engine::ending engine::judge_end() {
    if (threads_[0].at == state::finished) {
        if (!outcome_.held) {
            fail(failure_kind::refuted, outcome_.text);
            return ending::failed;
        }
        return ending::finished;
    }
    std::vector<std::string> stuck;
    for (unsigned t = 0; t != born_; ++t) {
        if (threads_[t].at != state::parked) continue;
        const request& q = *threads_[t].asks;
        if (q.op == operation::pause) {
            // Its last turn read these; if one of them is stale, it is not stuck.
            const auto& mine = g_->threads[t];
            for (std::size_t i = mine.size(); i-- != 0;) {
                const event& e = g_->events[mine[i]];
                if (e.kind == event_kind::pause && i + 1 != mine.size()) break;
                if ((e.kind == event_kind::load || e.kind == event_kind::rmw_read) && !e.futex &&
                    g_->origin_of(e.reads_from) != g_->origin_of(g_->locations[e.location].mo_last))
                    return ending::redundant;
            }
        }
        if (q.op == operation::await_for) return ending::redundant;
        stuck.push_back(std::to_string(t));
    }
    std::string who = stuck.size() == 1 ? "thread " : "threads ";
    for (std::size_t i = 0; i != stuck.size(); ++i)
        who += (i == 0 ? "" : i + 1 == stuck.size() ? " and " : ", ") + stuck[i];
    fail(failure_kind::deadlock,
         who + (stuck.size() == 1 ? " waits for ever: the value it waits for is never written, or "
                                    "nobody wakes it"
                                  : " wait for ever: the values they wait for are never written, "
                                    "or nobody wakes them"));
    return ending::failed;
}

std::uint64_t engine::now() noexcept {
    // A thread's own time: a microsecond passes each time it asks.
    return 1000ULL * ++threads_[running_].clock_reads;
}

}  // namespace tally::model
