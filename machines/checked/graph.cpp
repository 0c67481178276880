// SPDX-License-Identifier: MIT
#include "machines/checked/graph.hpp"

namespace tally::model {

void graph::clear() {
    events.clear();
    locations.clear();
    for (auto& thread : threads)
        thread.clear();
    revisited.clear();
    races.clear();
    seq_cst_events = fences = 0;
    standing = 0;
}

void graph::place(stamp write, stamp before) {
    event& e = events[write];
    location& l = locations[e.location];
    const stamp after = before == none ? l.mo_first : events[before].mo_after;
    e.mo_before = before;
    e.mo_after = after;
    (before == none ? l.mo_first : events[before].mo_after) = write;
    (after == none ? l.mo_last : events[after].mo_before) = write;
    unsigned place = place_of(before);
    for (stamp w = write; w != none; w = events[w].mo_after)
        events[w].mo_place = static_cast<std::uint16_t>(++place);
    ++l.writes;
}

void graph::unplace(stamp write) {
    event& e = events[write];
    location& l = locations[e.location];
    (e.mo_before == none ? l.mo_first : events[e.mo_before].mo_after) = e.mo_after;
    (e.mo_after == none ? l.mo_last : events[e.mo_after].mo_before) = e.mo_before;
    for (stamp w = e.mo_after; w != none; w = events[w].mo_after)
        --events[w].mo_place;
    --l.writes;
}

void graph::cut(std::size_t size) {
    while (!races.empty() && races.back().second >= size)
        races.pop_back();
    while (events.size() > size) {
        const auto s = static_cast<stamp>(events.size() - 1);
        event& e = events.back();
        if (e.is_seq_cst()) --seq_cst_events;
        if (e.kind == event_kind::fence) --fences;
        if (e.is_write()) unplace(s);
        if (e.location != none) {
            location& l = locations[e.location];
            l.last_event = e.before_here;
            if (l.destroy == s) l.destroy = none;
            if (l.created_by_event && l.last_event == none) {
                // Its first event goes, and with it the location: the newest one there is.
                if (l.kind == memory_kind::futex) locations[l.parent].queue = none;
                locations.pop_back();
            }
        }
        threads[e.thread].pop_back();
        events.pop_back();
    }
}

void graph::copy_part(graph& to, stamp upto, const clock& prefix, stamp last) const {
    static thread_local std::vector<stamp> moved;
    static thread_local std::vector<std::uint16_t> renamed;
    const std::size_t kept = upto + std::size_t{1};
    // What was added up to `upto` stays as it is, but for links to what was added later.
    to.events.reserve(events.size() + 16);
    to.events.assign(events.begin(), kept);
    for (unsigned t = 0; t != max_threads; ++t) {
        std::size_t n = threads[t].size();
        while (n != 0 && threads[t][n - 1] > upto)
            --n;
        to.threads[t].assign(threads[t].begin(), n);
    }
    to.standing = standing;
    to.locations.clear();
    renamed.assign(locations.size(), none);
    for (std::uint16_t i = 0; i != locations.size(); ++i) {
        stamp here = locations[i].last_event;
        while (here != none && here > upto)
            here = events[here].before_here;
        if (here == none && i >= standing) break;  // locations stand in the order of first events
        location& l = to.locations.add();
        l = locations[i];
        l.last_event = here;
        l.mo_first = l.mo_last = none;
        l.writes = 0;
        if (l.construct > upto) l.construct = none;
        if (l.destroy > upto) l.destroy = none;
        l.queue = none;
        if (l.kind == memory_kind::futex) to.locations[l.parent].queue = i;
        renamed[i] = i;
    }
    // And then what `last` depends on.
    moved.resize(events.size());
    for (std::size_t i = 0; i != kept; ++i)
        moved[i] = static_cast<stamp>(i);
    for (std::size_t i = kept, all = events.size(); i != all; ++i) {
        const event& old = events[i];
        moved[i] = none;
        if (i != last && !prefix.covers(old.thread, old.index)) continue;
        const auto here = static_cast<stamp>(to.events.size());
        moved[i] = here;
        event& e = to.events.add();
        e = old;
        if (old.location != none) {
            std::uint16_t& name = renamed[old.location];
            if (name == none) {
                name = static_cast<std::uint16_t>(to.locations.size());
                location& l = to.locations.add();
                l = locations[old.location];
                l.queue = l.construct = l.destroy = l.mo_first = l.mo_last = l.last_event = none;
                l.writes = 0;
                if (l.kind == memory_kind::futex) {
                    l.parent = renamed[l.parent];
                    to.locations[l.parent].queue = name;
                }
            }
            location& l = to.locations[name];
            e.location = name;
            e.before_here = l.last_event;
            l.last_event = here;
            if (locations[old.location].construct == i) l.construct = here;
            if (e.kind == event_kind::destroy) l.destroy = here;
        }
        to.threads[e.thread].push_back(here);
    }
    to.races.clear();
    for (const race& r : races)
        if (moved[r.first] != none && moved[r.second] != none)
            to.races.push_back({moved[r.first], moved[r.second]});
    to.revisited.clear();
    for (std::size_t i = 0, all = to.events.size(); i != all; ++i) {
        event& e = to.events[i];
        if (e.reads_from == none) continue;
        if (e.reads_from > upto) e.reads_from = moved[e.reads_from];
        if (e.reads_from > i) to.revisited.push_back(static_cast<stamp>(i));
    }
    for (std::size_t i = 0; i != locations.size(); ++i) {
        if (renamed[i] == none) continue;
        location& l = to.locations[renamed[i]];
        stamp before = none;
        for (stamp w = locations[i].mo_first; w != none; w = events[w].mo_after) {
            const stamp here = moved[w];
            if (here == none) continue;
            event& e = to.events[here];
            e.mo_before = before;
            e.mo_place = static_cast<std::uint16_t>(++l.writes);
            (before == none ? l.mo_first : to.events[before].mo_after) = here;
            before = here;
        }
        l.mo_last = before;
        if (before != none) to.events[before].mo_after = none;
    }
    to.seq_cst_events = to.fences = 0;
    if (seq_cst_events == 0 && fences == 0) return;
    for (const event& e : to.events) {
        if (e.is_seq_cst()) ++to.seq_cst_events;
        if (e.kind == event_kind::fence) ++to.fences;
    }
}

stamp graph::taken_by(std::uint16_t where, stamp write) const noexcept {
    // Atomicity: the write of a read-modify-write stands right after what it read.
    const stamp next = write == none ? locations[where].mo_first : events[write].mo_after;
    return next != none && events[next].kind == event_kind::rmw_write ? next : none;
}

stamp graph::read_half(stamp write) const noexcept {
    const event& e = events[write];
    // A sleeper's compare stands between the two halves of its entry into the queue.
    const unsigned back = e.op == operation::wait ? 2 : 1;
    return threads[e.thread][e.index - back];
}

stamp graph::origin_of(stamp write) const noexcept {
    while (write != none && events[write].kind == event_kind::rmw_write && !events[write].futex) {
        const event& read = events[read_half(write)];
        if (read.value != events[write].value) break;
        write = read.reads_from;
    }
    return write;
}

namespace {

std::uint64_t mix(std::uint64_t x) noexcept {  // Steele, Lea, Flood 2014 (SplitMix64)
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

}  // namespace

std::uint64_t graph::fingerprint() const noexcept {
    std::array<std::uint8_t, max_threads> called{};
    for (unsigned t = 0; t != max_threads; ++t)
        called[t] = static_cast<std::uint8_t>(t);
    return fingerprint(called);
}

std::uint64_t graph::fingerprint(
    const std::array<std::uint8_t, max_threads>& called) const noexcept {
    const auto name = [&](stamp s) -> std::uint64_t {
        return s == none ? 0xFFFFU
                         : (std::uint64_t{called[events[s].thread]} << 16U) + events[s].number;
    };
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i != events.size(); ++i) {
        const event& e = events[i];
        // What the others are follows from these: the second half of a read-modify-write stands
        // after what the first half read, and ordinary memory has one store to read.
        stamp link = none;
        switch (e.kind) {
            case event_kind::load:
            case event_kind::rmw_read:
            case event_kind::woken: link = e.reads_from; break;
            case event_kind::store: link = e.mo_before; break;
            default: continue;
        }
        const std::uint64_t here = (std::uint64_t{called[e.thread]} << 16U) + e.number;
        sum += mix(here ^ name(link) << 20U ^ std::uint64_t{e.spurious} << 50U ^
                   std::uint64_t{static_cast<std::uint8_t>(e.kind)} << 56U);
    }
    return sum;
}

}  // namespace tally::model
