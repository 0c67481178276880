// SPDX-License-Identifier: MIT
#include "machines/checked/consistency.hpp"

#include <algorithm>
#include <bit>

namespace tally::model {

stamp floor_of(const graph& g, std::uint16_t where, const clock& known) noexcept {
    const stamp last = g.locations[where].mo_last;
    if (last == none || known.covers(g.events[last].thread, g.events[last].index)) return last;
    stamp floor = none;
    unsigned place = 0;
    const unsigned highest = g.events[last].mo_place;
    for (stamp s = g.locations[where].last_event; s != none && place != highest;
         s = g.events[s].before_here) {
        const event& e = g.events[s];
        if (!known.covers(e.thread, e.index)) continue;
        stamp write = none;
        if (e.is_write())
            write = s;
        else if (e.is_read())
            write = e.reads_from;
        else
            continue;
        if (g.place_of(write) > place) {
            place = g.place_of(write);
            floor = write;
        }
        if (e.after_all) break;  // and coherent with it: nothing older is a higher floor
    }
    return floor;
}

namespace {

// A set of seq_cst nodes, as many as there are.
class node_set {
public:
    explicit node_set(std::size_t n) : words_((n + 63) / 64) {}
    void add(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
    void add(const node_set& other) {
        for (std::size_t i = 0; i != words_.size(); ++i)
            words_[i] |= other.words_[i];
    }
    void remove(std::size_t i) { words_[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
    bool within(const node_set& other) const {
        for (std::size_t i = 0; i != words_.size(); ++i)
            if ((words_[i] & ~other.words_[i]) != 0) return false;
        return true;
    }
    bool empty() const {
        return std::all_of(words_.begin(), words_.end(), [](auto w) { return w == 0; });
    }

private:
    std::vector<std::uint64_t> words_;
};

// A node is a fence, or an access; the halves of a read-modify-write are one node.
struct seq_cst_node {
    stamp first;
    stamp last;
};

// The seq_cst operations of a graph, and what must come before each of them.
class seq_cst_order {
public:
    explicit seq_cst_order(const graph& g) : g_(g), node_of_(g.size(), none) {
        enter_nodes();
        before_.assign(nodes_.size(), node_set(nodes_.size()));
    }

    std::size_t size() const noexcept { return nodes_.size(); }

    // Strongly happens before: program order, or program order, happens-before, program order.
    // (A synchronizes-with edge between two seq_cst operations is a coherence edge as well.)
    void add_happens_before() {
        for (std::size_t a = 0; a != nodes_.size(); ++a)
            for (std::size_t b = 0; b != nodes_.size(); ++b)
                if (a != b && strongly_happens_before(nodes_[a], nodes_[b])) before_[b].add(a);
    }

    // Coherence order, location by location, through a sweep from older to newer: a write comes
    // before the reads that read it, and those before the next write.
    void add_coherence() {
        std::vector<ranked> here;
        for (std::size_t l = 0; l != g_.locations.size(); ++l) {
            if (g_.locations[l].kind != memory_kind::atomic) continue;
            if (!collect(g_.locations[l], here)) continue;
            node_set older(nodes_.size());  // nodes that stand at, or in for, older events
            for (std::size_t i = 0; i != here.size();) {
                std::size_t end = i;
                while (end != here.size() && here[end].rank == here[i].rank)
                    ++end;
                for (std::size_t k = i; k != end; ++k)
                    put_behind(here[k].which, older);
                for (std::size_t k = i; k != end; ++k)
                    add_to(older, here[k].which);
                i = end;
            }
        }
    }

    // Takes away nodes with nothing left before them; a rest that stays is, or follows, a cycle.
    bool has_no_cycle() const {
        const std::size_t n = nodes_.size();
        std::vector<bool> taken(n, false);
        node_set done(n);
        for (std::size_t left = n; left != 0;) {
            const std::size_t was = left;
            for (std::size_t i = 0; i != n; ++i) {
                if (taken[i] || !before_[i].within(done)) continue;
                taken[i] = true;
                done.add(i);
                --left;
            }
            if (left == was) return false;
        }
        return true;
    }

private:
    struct ranked {
        unsigned rank;
        stamp which;
    };

    // A read-modify-write is one node.
    void enter_nodes() {
        for (std::size_t i = 0; i != g_.size(); ++i) {
            const event& e = g_.events[i];
            if (!e.is_seq_cst()) continue;
            const auto s = static_cast<stamp>(i);
            if (e.kind == event_kind::rmw_write) {
                const stamp read = g_.threads[e.thread][e.index - 1U];
                if (node_of_[read] != none) {
                    node_of_[i] = node_of_[read];
                    nodes_[node_of_[read]].last = s;
                    continue;
                }
            }
            node_of_[i] = static_cast<std::uint16_t>(nodes_.size());
            if (e.kind == event_kind::fence) fences_.push_back(nodes_.size());
            nodes_.push_back({s, s});
        }
    }

    bool strongly_happens_before(const seq_cst_node& a, const seq_cst_node& b) const {
        const event& from = g_.events[a.last];
        const event& to = g_.events[b.first];
        if (from.thread == to.thread) return from.index < to.index;
        // Thread 0 knows of a team's events, and a team of thread 0's, through the start and the
        // end of the team only, and these stand between.
        const unsigned between = from.thread == 0 || to.thread == 0 ? 0 : 1;
        const clock* known = nullptr;
        if (to.index != 0)
            known = &g_.events[g_.threads[to.thread][to.index - 1U]].hb;
        else if (between == 0)
            known = &to.hb;
        return known != nullptr && known->covers(from.thread, from.index + between);
    }

    // The location's events from older to newer. False if nothing of them concerns the order.
    bool collect(const location& of, std::vector<ranked>& here) const {
        here.clear();
        bool relevant = !fences_.empty();
        for (stamp s = of.last_event; s != none; s = g_.events[s].before_here) {
            const event& e = g_.events[s];
            if (node_of_[s] != none) relevant = true;
            if (e.is_write())
                here.push_back({2U * e.mo_place, s});
            else if (e.is_read())
                here.push_back({2U * g_.place_of(e.reads_from) + 1U, s});
        }
        if (!relevant || here.size() < 2) return false;
        std::sort(here.begin(), here.end(),
                  [](const ranked& x, const ranked& y) { return x.rank < y.rank; });
        return true;
    }

    // The event, and the fences that stand in for it, come after what is older.
    void put_behind(stamp s, const node_set& older) {
        const event& e = g_.events[s];
        if (node_of_[s] != none) {
            before_[node_of_[s]].add(older);
            // The two halves of one operation are not before each other.
            before_[node_of_[s]].remove(node_of_[s]);
        }
        for (const std::size_t f : fences_)
            if (g_.events[nodes_[f].first].hb.covers(e.thread, e.index)) before_[f].add(older);
    }

    // And they are older than what follows.
    void add_to(node_set& older, stamp s) const {
        const event& e = g_.events[s];
        if (node_of_[s] != none) older.add(node_of_[s]);
        for (const std::size_t f : fences_) {
            const event& fence = g_.events[nodes_[f].first];
            if (fence.index == e.index && fence.thread == e.thread) continue;
            if (e.hb.covers(fence.thread, fence.index)) older.add(f);
        }
    }

    const graph& g_;
    std::vector<seq_cst_node> nodes_;
    std::vector<std::uint16_t> node_of_;  // of each event
    std::vector<std::size_t> fences_;     // nodes
    std::vector<node_set> before_;        // what must come before each node
};

}  // namespace

// [atomics.order]/4 asks for a total order S of the seq_cst operations such that A comes before B
// if A strongly happens before B, or A is coherence-ordered before B, and likewise through fences:
// a fence that happens before A stands in for A, and one that B happens before stands in for B.
// Such an order exists if and only if the union of these has no cycle.
bool seq_cst_agrees(const graph& g) {
    if (g.seq_cst_events < 2) return true;
    seq_cst_order order(g);
    if (order.size() < 2) return true;
    order.add_happens_before();
    order.add_coherence();
    return order.has_no_cycle();
}

}  // namespace tally::model
