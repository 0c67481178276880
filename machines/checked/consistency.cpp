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
    bool fence;
};

}  // namespace

// [atomics.order]/4 asks for a total order S of the seq_cst operations such that A comes before B
// if A strongly happens before B, or A is coherence-ordered before B, and likewise through fences:
// a fence that happens before A stands in for A, and one that B happens before stands in for B.
// Such an order exists if and only if the union of these has no cycle.
bool seq_cst_agrees(const graph& g) {
    if (g.seq_cst_events < 2) return true;
    std::vector<seq_cst_node> nodes;
    std::vector<std::uint16_t> node_of(g.size(), none);
    for (std::size_t i = 0; i != g.size(); ++i) {
        const event& e = g.events[i];
        if (!e.is_seq_cst()) continue;
        const auto s = static_cast<stamp>(i);
        if (e.kind == event_kind::rmw_write) {
            const stamp read = g.threads[e.thread][e.index - 1U];
            if (node_of[read] != none) {
                node_of[i] = node_of[read];
                nodes[node_of[read]].last = s;
                continue;
            }
        }
        node_of[i] = static_cast<std::uint16_t>(nodes.size());
        nodes.push_back({s, s, e.kind == event_kind::fence});
    }
    const std::size_t n = nodes.size();
    if (n < 2) return true;
    std::vector<node_set> before(n, node_set(n));  // what must come before each node

    // Strongly happens before: program order, or program order, happens-before, program order.
    // (A synchronizes-with edge between two seq_cst operations is a coherence edge as well.)
    for (std::size_t a = 0; a != n; ++a) {
        const event& from = g.events[nodes[a].last];
        for (std::size_t b = 0; b != n; ++b) {
            if (a == b) continue;
            const event& to = g.events[nodes[b].first];
            if (from.thread == to.thread) {
                if (from.index < to.index) before[b].add(a);
            } else {
                // Thread 0 knows of a team's events, and a team of thread 0's, through the start
                // and the end of the team only, and these stand between.
                const unsigned between = from.thread == 0 || to.thread == 0 ? 0 : 1;
                const clock* known = nullptr;
                if (to.index != 0)
                    known = &g.events[g.threads[to.thread][to.index - 1U]].hb;
                else if (between == 0)
                    known = &to.hb;
                if (known != nullptr && known->covers(from.thread, from.index + between))
                    before[b].add(a);
            }
        }
    }

    // Coherence order, location by location, through a sweep from older to newer: a write comes
    // before the reads that read it, and those before the next write.
    struct ranked {
        unsigned rank;
        stamp which;
    };
    std::vector<ranked> here;
    std::vector<std::size_t> fences;
    for (std::size_t i = 0; i != n; ++i)
        if (nodes[i].fence) fences.push_back(i);
    for (std::size_t l = 0; l != g.locations.size(); ++l) {
        if (g.locations[l].kind != memory_kind::atomic) continue;
        here.clear();
        bool relevant = !fences.empty();
        for (stamp s = g.locations[l].last_event; s != none; s = g.events[s].before_here) {
            const event& e = g.events[s];
            if (node_of[s] != none) relevant = true;
            if (e.is_write())
                here.push_back({2U * e.mo_place, s});
            else if (e.is_read())
                here.push_back({2U * g.place_of(e.reads_from) + 1U, s});
        }
        if (!relevant || here.size() < 2) continue;
        std::sort(here.begin(), here.end(),
                  [](const ranked& x, const ranked& y) { return x.rank < y.rank; });
        node_set older(n);  // nodes that stand at, or in for, older events
        for (std::size_t i = 0; i != here.size();) {
            std::size_t end = i;
            while (end != here.size() && here[end].rank == here[i].rank)
                ++end;
            for (std::size_t k = i; k != end; ++k) {
                const stamp s = here[k].which;
                const event& e = g.events[s];
                if (node_of[s] != none) {
                    before[node_of[s]].add(older);
                    // The two halves of one operation are not before each other.
                    before[node_of[s]].remove(node_of[s]);
                }
                for (const std::size_t f : fences) {
                    const event& fence = g.events[nodes[f].first];
                    if (fence.hb.covers(e.thread, e.index)) before[f].add(older);
                }
            }
            for (std::size_t k = i; k != end; ++k) {
                const stamp s = here[k].which;
                const event& e = g.events[s];
                if (node_of[s] != none) older.add(node_of[s]);
                for (const std::size_t f : fences) {
                    const event& fence = g.events[nodes[f].first];
                    if (fence.index != e.index || fence.thread != e.thread)
                        if (e.hb.covers(fence.thread, fence.index)) older.add(f);
                }
            }
            i = end;
        }
    }

    // Take away nodes with nothing left before them; a rest that stays is, or follows, a cycle.
    std::vector<bool> taken(n, false);
    node_set done(n);
    for (std::size_t left = n; left != 0;) {
        const std::size_t was = left;
        for (std::size_t i = 0; i != n; ++i) {
            if (taken[i] || !before[i].within(done)) continue;
            taken[i] = true;
            done.add(i);
            --left;
        }
        if (left == was) return false;
    }
    return true;
}

}  // namespace tally::model
