// SPDX-License-Identifier: MIT
// The plain searches: an execution is a sequence of choices. Exhaustively (for comparison with the
// reduced search, and under a bound on preemptions), at random, or as a replay string says.
#include <algorithm>
#include <stdexcept>

#include "machines/checked/engine.hpp"

namespace tally::model {

// Ordinary memory needs no choice of its own: a race on it is found by happens-before, whatever
// the order in which the two accesses are made.
bool engine::at_choice_point(unsigned t) const {
    switch (threads_[t].asks->op) {
        case operation::construct:
        case operation::destroy:
        case operation::pause: return false;
        case operation::plain_read:
        case operation::plain_write: return !with_.races;
        // The second half of something that has begun.
        case operation::wait: return threads_[t].asks->phase == 0 || threads_[t].asks->phase == 3;
        case operation::notify_one:
        case operation::notify_all: return threads_[t].asks->phase == 0;
        default: return true;
    }
}

unsigned engine::pick(unsigned of) {
    if (of == 1 && !scripted_) return 0;
    if (scripted_) {
        const int wanted = script_next_ == 0 ? 0 : script_[script_next_ - 1].pick;
        return std::min(static_cast<unsigned>(wanted), of - 1);
    }
    if (with_.how != search::exhaustive) return static_cast<unsigned>(random_() % of);
    if (next_choice_ == choices_.size()) choices_.push_back({of, 0});
    return choices_[next_choice_++].taken;
}

std::size_t engine::pick_read(stamp s) {
    const auto n = static_cast<unsigned>(candidates_.size());
    if (scripted_) {
        const scripted_step& now = script_[script_next_ - 1];
        const bool compares = g_->events[s].op == operation::wait && !g_->events[s].futex;
        const int source = compares ? now.compare : now.source;
        const bool spurious = now.spurious && !compares;
        if (source == -2 && !spurious) return 0;
        for (std::size_t i = 0; i != candidates_.size(); ++i) {
            const stamp w = candidates_[i].write;
            const bool first = w == none || g_->events[w].kind == event_kind::construct;
            if (candidates_[i].spurious == spurious &&
                (source == -2 ||
                 (source == -1 ? first : w == script_stamps_[static_cast<std::size_t>(source)])))
                return i;
        }
        throw std::invalid_argument("the replay string does not fit this program: step " +
                                    std::to_string(script_next_) + " cannot read what it says");
    }
    // At random, half of the reads are of the newest store; spinners always read it.
    if (with_.how != search::exhaustive && ((random_() & 1U) != 0 || threads_[running_].forwarding))
        return 0;
    return pick(n);
}

stamp engine::pick_place(stamp s, stamp last) {
    if (scripted_) {
        const scripted_step& now = script_[script_next_ - 1];
        if (now.after == -2) return last;
        // What stands for the initial value may be a construction.
        const stamp wanted = now.after < 0 ? g_->locations[g_->events[s].location].construct
                                           : script_stamps_[static_cast<std::size_t>(now.after)];
        if (wanted == last || std::find(places_.begin(), places_.end(), wanted) != places_.end())
            return wanted;
        throw std::invalid_argument("the replay string does not fit this program: step " +
                                    std::to_string(script_next_) +
                                    " cannot be placed where it says");
    }
    if (places_.empty()) return last;
    if (with_.how != search::exhaustive && random_() % 4 != 0) return last;
    const unsigned k = pick(static_cast<unsigned>(places_.size()) + 1);
    return k == 0 ? last : places_[k - 1];
}

unsigned engine::pick_thread(const unsigned* enabled, unsigned n) {
    if (scripted_) {
        if (script_next_ == script_.size()) {
            in_run_.dead = true;
            return enabled[0];
        }
        const unsigned wanted = script_[script_next_].thread;
        if (std::find(enabled, enabled + n, wanted) == enabled + n)
            throw std::invalid_argument("the replay string does not fit this program: step " +
                                        std::to_string(script_next_ + 1) + ": thread " +
                                        std::to_string(wanted) + " cannot go on");
        script_stamps_.resize(++script_next_, none);
        return wanted;
    }
    if (with_.how == search::pct) {
        for (const std::uint64_t at : change_points_)
            if (at == steps_taken_) threads_[previous_].priority = at;
        unsigned best = enabled[0];
        for (unsigned i = 1; i != n; ++i)
            if (threads_[enabled[i]].priority > threads_[best].priority) best = enabled[i];
        return previous_ = best;
    }
    if (with_.how == search::random) return previous_ = enabled[pick(n)];
    // The running thread first, so that the first execution has no preemption.
    const auto* const current = std::find(enabled, enabled + n, previous_);
    const bool can_stay = current != enabled + n;
    if (can_stay && with_.preemptions >= 0 && preemptions_used_ >= with_.preemptions)
        return previous_;
    unsigned k = pick(n);
    unsigned who = 0;
    if (can_stay) {
        const auto at = static_cast<unsigned>(current - enabled);
        who = k == 0 ? previous_ : enabled[k <= at ? k - 1 : k];
    } else {
        who = enabled[k];
    }
    if (can_stay && who != previous_) ++preemptions_used_;
    return previous_ = who;
}

void engine::explore_plain() {
    reduced_ = false;
    graph g;
    g_ = &g;
    while (!out_of_budget()) {
        g.clear();
        next_choice_ = 0;
        count(run());
        if (of_graph_.new_static) {
            of_graph_.new_static = false;
            choices_.clear();
            continue;
        }
        while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().of)
            choices_.pop_back();
        if (choices_.empty()) break;
        ++choices_.back().taken;
    }
    g_ = nullptr;
}

void engine::explore_random() {
    reduced_ = false;
    graph g;
    g_ = &g;
    random_.seed(with_.seed);
    while (!out_of_budget()) {
        g.clear();
        if (with_.how == search::pct) {
            change_points_.clear();
            for (unsigned i = 1; i < with_.pct_depth; ++i)
                change_points_.push_back(1 + random_() % longest_seen_);
        }
        count(run());
        of_graph_.new_static = false;
        longest_seen_ = std::max(longest_seen_, steps_taken_);
    }
    g_ = nullptr;
}

void engine::explore_script() {
    reduced_ = false;
    scripted_ = true;
    script_ = read_script(with_.replay);
    graph g;
    g_ = &g;
    do {
        of_graph_.new_static = false;
        g.clear();
        script_next_ = 0;
        script_stamps_.clear();
        const ending how = run();
        if (of_graph_.new_static) continue;
        if (how == ending::redundant && !in_run_.failed && script_next_ != script_.size())
            throw std::invalid_argument("the replay string does not fit this program");
        if (how != ending::redundant) count(how);
    } while (of_graph_.new_static);
    g_ = nullptr;
}

}  // namespace tally::model
