// SPDX-License-Identifier: MIT
// A failure, told: the steps that led to it in an order that a reader can follow, and the string
// that makes them happen again.
#include <algorithm>
#include <stdexcept>

#include "machines/checked/engine.hpp"

namespace tally::model {

// The place of a failure of this kind and size, if it is the first of its kind or the shortest so
// far; else none.
std::size_t engine::shorter_than_known(failure_kind kind, std::size_t size) {
    std::size_t at = 0;
    while (at != result_.failures.size() && result_.failures[at].kind != kind)
        ++at;
    if (at == result_.failures.size()) {
        result_.failures.push_back({kind, {}, {}, {}});
        failure_sizes_.push_back(size + 1);
    }
    if (size >= failure_sizes_[at]) return none;
    failure_sizes_[at] = size;
    return at;
}

void engine::fail(failure_kind kind, std::string what, stamp a, stamp b) {
    in_run_.dead = in_run_.failed = true;
    if (!g_->races.empty()) return;  // comes of a race, or comes without one as well
    clock prefix{};
    bool part = false;
    // A race needs only what the two accesses depend on.
    for (const stamp s : {a, b}) {
        if (s == none) continue;
        prefix.join(g_->events[s].porf);
        part = true;
    }
    std::size_t size = 0;
    for (const event& e : g_->events)
        if (!part || prefix.covers(e.thread, e.index)) ++size;
    const std::size_t at = shorter_than_known(kind, size);
    if (at == none) return;
    const std::vector<stamp> order = linear(part ? &prefix : nullptr, none);
    failure& f = result_.failures[at];
    f.what = std::move(what);
    f.story = tell(order);
    f.replay = script_of(order);
    if (kind != failure_kind::deadlock) return;
    for (unsigned t = 0; t != born_; ++t) {
        if (threads_[t].at != state::parked) continue;
        const request& q = *threads_[t].asks;
        step stuck;
        stuck.thread = t;
        stuck.where = q.where;
        stuck.op = q.op;
        stuck.order = to_string(q.order);
        stuck.stuck = true;
        if (q.location != none) {
            stuck.object = name_of(q.location);
            stuck.read = g_->newest_value(q.location);
        }
        f.story.push_back(std::move(stuck));
    }
}

// The events (that `prefix` covers) in an order in which each read comes after the store it reads
// and, where that can be, each store after those that it overwrites and the reads of them: an
// ordinary interleaving if there is one.
std::vector<stamp> engine::linear(const clock* prefix, stamp) const {
    const graph& g = *g_;
    std::vector<stamp> order;
    std::size_t next[max_threads]{};
    std::vector<bool> out(g.size(), false);
    const auto wanted = [&](stamp s) {
        return prefix == nullptr || prefix->covers(g.events[s].thread, g.events[s].index);
    };
    std::size_t total = 0;
    for (std::size_t i = 0; i != g.size(); ++i)
        total += wanted(static_cast<stamp>(i)) ? 1 : 0;
    const auto first_of = [&](unsigned t) -> stamp {
        if (next[t] == g.threads[t].size()) return none;
        const stamp s = g.threads[t][next[t]];
        return wanted(s) ? s : none;
    };
    const auto depends_done = [&](stamp s) {
        const event& e = g.events[s];
        clock needs = e.porf;
        if (e.kind == event_kind::rmw_read && e.op == operation::wait &&
            e.index + 1U < g.threads[e.thread].size()) {
            // A sleeper's compare follows at once.
            const stamp compare = g.threads[e.thread][e.index + 1U];
            if (wanted(compare)) needs.join(g.events[compare].porf);
        }
        for (unsigned t = 0; t != max_threads; ++t)
            if (t != e.thread && static_cast<int>(next[t]) < needs.at[t]) return false;
        return true;
    };
    const auto overwrites_done = [&](stamp w) {  // what stands before w in its location's order
        const event& e = g.events[w];
        for (stamp o = g.locations[e.location].last_event; o != none; o = g.events[o].before_here) {
            if (o == w || out[o] || !wanted(o) || g.events[o].kind == event_kind::refused) continue;
            const event& other = g.events[o];
            if (other.thread == e.thread && other.index < e.index) continue;
            if (other.is_write() && other.mo_place < e.mo_place) return false;
            if (other.is_read() && g.place_of(other.reads_from) < e.mo_place) return false;
        }
        return true;
    };
    const auto plainly = [&](stamp s) {
        const event& e = g.events[s];
        if (e.is_write()) return overwrites_done(s);
        if (e.kind == event_kind::rmw_read) {
            const std::size_t half = e.index + (e.op == operation::wait ? 2U : 1U);
            if (half < g.threads[e.thread].size()) {
                const stamp w = g.threads[e.thread][half];
                if (g.events[w].kind == event_kind::rmw_write) return overwrites_done(w);
            }
        }
        return true;
    };
    unsigned now = 0;
    while (order.size() != total) {
        stamp best = none;
        for (int strict = 1; strict >= 0 && best == none; --strict) {
            for (unsigned k = 0; k != max_threads; ++k) {
                const unsigned t = k == 0 ? now : k <= now ? k - 1 : k;
                const stamp s = first_of(t);
                if (s == none || !depends_done(s)) continue;
                if (strict == 1 && !plainly(s)) continue;
                if (best == none || (strict == 0 && s < best)) best = s;
                if (strict == 1) break;
            }
        }
        if (best == none) break;
        const event& e = g.events[best];
        out[best] = true;
        ++next[e.thread];
        order.push_back(best);
        now = e.thread;
    }
    return order;
}

namespace {

bool is_token(const event& e) noexcept {
    switch (e.kind) {
        case event_kind::load: return e.op != operation::wait;
        case event_kind::store:
        case event_kind::rmw_read:
        case event_kind::fence:
        case event_kind::woken: return true;
        default: return false;
    }
}

}  // namespace

std::string engine::script_of(const std::vector<stamp>& order) const {
    const graph& g = *g_;
    std::string text;
    std::vector<int> step_of(g.size(), -1);
    std::vector<stamp> newest(g.locations.size(), none);
    int steps = 0;
    for (const stamp s : order) {
        const event& e = g.events[s];
        if (e.kind == event_kind::rmw_write) step_of[s] = step_of[g.read_half(s)];
        if (is_token(e)) {
            step_of[s] = steps++;
            if (!text.empty()) text += ',';
            text += std::to_string(e.thread);
            const auto named = [&](char letter, stamp w) {
                text += letter;
                text += w == none || step_of[w] < 0 ? "i" : std::to_string(step_of[w]);
            };
            if ((e.kind == event_kind::load || e.kind == event_kind::rmw_read) &&
                (e.reads_from != newest[e.location] || e.spurious))
                named('r', e.reads_from);
            if (e.spurious) text += 's';
            if (e.kind == event_kind::rmw_read && e.op == operation::wait &&
                e.index + 1U < g.threads[e.thread].size()) {
                const event& compare = g.events[g.threads[e.thread][e.index + 1U]];
                if (compare.reads_from != newest[compare.location]) named('c', compare.reads_from);
            }
            if (e.kind == event_kind::store && g.place_of(newest[e.location]) > e.mo_place) {
                stamp before = e.mo_before;
                // The nearest that is there already.
                while (before != none && std::find(order.begin(), order.end(), before) >=
                                             std::find(order.begin(), order.end(), s))
                    before = g.events[before].mo_before;
                named('w', before);
            }
            if (e.kind == event_kind::rmw_read && e.op == operation::notify_one &&
                e.index + 1U < g.threads[e.thread].size()) {
                const std::uint64_t woken =
                    g.events[g.threads[e.thread][e.index + 1U]].value >> 16U;
                int k = 0;
                for (unsigned i = 0; i != max_threads && (woken >> i & 1U) == 0; ++i)
                    if ((e.value >> i & 1U) != 0) ++k;
                if (woken != 0 && k != 0) text += 'p' + std::to_string(k);
            }
        }
        if (e.is_write() &&
            (newest[e.location] == none || g.events[newest[e.location]].mo_place < e.mo_place))
            newest[e.location] = s;
    }
    return text.empty() ? "-" : text;
}

std::vector<scripted_step> engine::read_script(const std::string& text) {
    std::vector<scripted_step> script;
    if (text == "-") return script;
    std::size_t at = 0;
    const auto bad = [&]() -> std::invalid_argument {
        return std::invalid_argument("not a replay string, at character " + std::to_string(at + 1) +
                                     ": it looks like 1,1,2r0,2w1");
    };
    const auto number = [&] {
        int n = 0;
        const std::size_t from = at;
        while (at != text.size() && text[at] >= '0' && text[at] <= '9' && at - from < 6)
            n = 10 * n + (text[at++] - '0');
        if (at == from) throw bad();
        return n;
    };
    for (;;) {
        scripted_step s;
        s.thread = static_cast<unsigned>(number());
        while (at != text.size() && text[at] != ',') {
            const char letter = text[at++];
            const auto reference = [&] {
                if (at != text.size() && text[at] == 'i') {
                    ++at;
                    return -1;
                }
                const int n = number();
                if (n >= static_cast<int>(script.size())) throw bad();
                return n;
            };
            if (letter == 'r')
                s.source = reference();
            else if (letter == 'w')
                s.after = reference();
            else if (letter == 'c')
                s.compare = reference();
            else if (letter == 'p')
                s.pick = number();
            else if (letter == 's')
                s.spurious = true;
            else
                throw bad();
        }
        script.push_back(s);
        if (at == text.size()) return script;
        ++at;
    }
}

std::string engine::name_of(std::uint16_t where) const {
    const memory_kind kind = g_->locations[where].kind;
    if (kind == memory_kind::futex) return name_of(g_->locations[where].parent);
    unsigned n = 0;
    for (std::uint16_t i = 0; i <= where; ++i)
        if (g_->locations[i].kind == kind) ++n;
    return (kind == memory_kind::plain ? "p" : "a") + std::to_string(n);
}

std::vector<step> engine::tell(const std::vector<stamp>& order) const {
    const graph& g = *g_;
    std::vector<step> story;
    std::vector<int> step_of(g.size(), -1);
    std::vector<stamp> newest(g.locations.size(), none);
    for (const stamp s : order) {
        const event& e = g.events[s];
        const bool hidden = e.kind == event_kind::refused || e.kind == event_kind::pause ||
                            e.kind == event_kind::construct ||
                            (e.futex && e.kind != event_kind::woken &&
                             !(e.kind == event_kind::rmw_write && e.op != operation::wait));
        if (!hidden && e.kind == event_kind::rmw_write && !e.futex) {
            // The second half of the step before.
            const int first = step_of[g.read_half(s)];
            step_of[s] = first;
            story[static_cast<std::size_t>(first)].writes = true;
            story[static_cast<std::size_t>(first)].written = e.value;
        } else if (!hidden) {
            step_of[s] = static_cast<int>(story.size());
            step now;
            now.thread = e.thread;
            now.where = sites_[e.site].success.where;
            now.op = e.op;
            const bool memory = e.op != operation::plain_read && e.op != operation::plain_write &&
                                e.kind != event_kind::destroy && !e.futex;
            if (memory) now.order = to_string(static_cast<std::memory_order>(e.order));
            if (e.location != none) now.object = name_of(e.location);
            now.writes = e.is_write();
            now.written = e.value;
            if (e.is_read()) {
                now.reads = true;
                now.read = e.value;
                now.written = 0;
                now.read_from = e.reads_from == none ? -1 : step_of[e.reads_from];
                now.failed = e.op == operation::compare_exchange && e.kind == event_kind::load;
                now.stale = newest[e.location] != e.reads_from;
                if (now.stale)
                    now.why = "a newer store is there, but it does not happen before this read";
                if (e.spurious) now.why = "a weak compare-exchange may fail for no reason";
            }
            if (e.is_write() && newest[e.location] != none && !e.futex &&
                g.events[newest[e.location]].mo_place > e.mo_place) {
                now.not_last = true;
                now.why =
                    "goes before a store that is there already: that one does not happen before "
                    "this";
            }
            story.push_back(std::move(now));
        }
        if (e.is_write() &&
            (newest[e.location] == none || g.events[newest[e.location]].mo_place < e.mo_place))
            newest[e.location] = s;
    }
    return story;
}

void engine::keep_outcome() {
    // Most programs that are right have one outcome.
    if (last_outcome_ == nullptr || last_outcome_->first != outcome_.text)
        last_outcome_ = &*result_.outcomes.try_emplace(outcome_.text).first;
    seen_outcome& seen = last_outcome_->second;
    if (seen.times++ == 0) seen.replay = script_of(linear(nullptr, none));
}

}  // namespace tally::model
