// SPDX-License-Identifier: MIT
#include "machines/checked/explorer.hpp"

#include <time.h>

#include <chrono>

#include "machines/checked/engine.hpp"

namespace tally::model {

std::string_view to_string(operation op) {
    switch (op) {
        case operation::load: return "load";
        case operation::store: return "store";
        case operation::exchange: return "exchange";
        case operation::fetch_add: return "fetch_add";
        case operation::fetch_sub: return "fetch_sub";
        case operation::fetch_and: return "fetch_and";
        case operation::fetch_or: return "fetch_or";
        case operation::fetch_xor: return "fetch_xor";
        case operation::compare_exchange: return "compare_exchange";
        case operation::await: return "await";
        case operation::await_for: return "await_for";
        case operation::await_exchange: return "await_exchange";
        case operation::signal: return "signal";
        case operation::fence: return "fence";
        case operation::wait: return "wait";
        case operation::notify_one: return "notify_one";
        case operation::notify_all: return "notify_all";
        case operation::construct: return "construct";
        case operation::destroy: return "destroy";
        case operation::plain_read: return "read";
        case operation::plain_write: return "write";
        case operation::pause: return "pause";
    }
    return "?";
}

namespace {

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool same_accesses(operation op, const site& where, operation other, const site& there) noexcept {
    return op == other && where.line == there.line && where.column == there.column &&
           std::string_view(where.file) == there.file;
}

bool has_order(operation op) noexcept {
    switch (op) {
        case operation::wait:
        case operation::notify_one:
        case operation::notify_all:
        case operation::construct:
        case operation::destroy:
        case operation::plain_read:
        case operation::plain_write:
        case operation::pause: return false;
        default: return true;
    }
}

}  // namespace

double engine::cpu_seconds_now() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

engine::engine(const program& run, const options& with) : run_(run), with_(with) {
    sites_.reserve(64);
    sites_.push_back({});
}

// The known site of these accesses, or 0.
std::uint16_t engine::known_site_of(operation op, const site& where) const {
    for (std::uint16_t i = 1; i != sites_.size(); ++i)
        if (same_accesses(sites_[i].success.op, sites_[i].success.where, op, where)) return i;
    return 0;
}

std::uint16_t engine::find_site(const request& q) {
    std::uint16_t id = known_site_of(q.op, q.where);
    if (id == 0) {
        id = static_cast<std::uint16_t>(sites_.size());
        known_site s;
        s.success = {q.where, q.op, false, q.order};
        s.has_failure = q.op == operation::compare_exchange;
        s.failure = q.failure;
        for (const weakening& w : with_.weakened) {
            if (!w.is_of(q.where, w.on_failure)) continue;
            (w.on_failure ? s.failure_replaced : s.replaced) = true;
            (w.on_failure ? s.effective_failure : s.effective) = w.to;
        }
        sites_.push_back(s);
    }
    site_cache_[(q.where.line * 31U + q.where.column) % site_cache_.size()] = {
        q.where.file, q.where.line, q.where.column, q.op, id};
    return id;
}

std::memory_order engine::order_in_effect(const request& q, bool on_failure) {
    const bool failed = on_failure && q.op == operation::compare_exchange;
    if (!with_.weakened.empty()) {
        const known_site& s = sites_[site_of(q)];
        if (failed ? s.failure_replaced : s.replaced)
            return failed ? s.effective_failure : s.effective;
    }
    return failed ? q.failure : q.order;
}

bool engine::out_of_budget() {
    const std::uint64_t all = result_.executions + result_.blocked;
    std::uint64_t limit = with_.executions;
    if (limit == 0 && with_.how != search::exhaustive) limit = 10000;
    if (limit != 0 && all >= limit) {
        stopped_by_ = std::to_string(all) + " executions";
        return true;
    }
    if (!result_.failures.empty()) {
        if (first_failure_at_ == 0) first_failure_at_ = all;
        if (all - first_failure_at_ >= with_.after_failure) {
            stopped_by_ =
                "a failure, and " + std::to_string(with_.after_failure) + " executions after it";
            if (common_ != nullptr) common_->failed = true;
            return true;
        }
    }
    if (until_clock_-- != 0) return false;
    until_clock_ = 255;
    if (common_ != nullptr && (common_->failed || common_->anew)) return true;
    if (with_.seconds > 0 && cpu_seconds_of_all() >= with_.seconds) {
        stopped_by_ = std::to_string(with_.seconds);
        stopped_by_.erase(stopped_by_.find_last_not_of('0') + 1);
        if (stopped_by_.back() == '.') stopped_by_.pop_back();
        stopped_by_ += " seconds";
        return true;
    }
    const double now = seconds_now() - started_;
    if (with_.progress && report_to_ < 0 && now >= next_progress_) {
        next_progress_ = now + 1;
        with_.progress(all, now);
    }
    return false;
}

void engine::count(ending how) {
    if (of_graph_.new_static || of_graph_.symmetry_lost) return;
    if (how == ending::redundant) {
        ++result_.blocked;
        return;
    }
    ++result_.executions;
    if (with_.count_graphs && how == ending::finished)
        graphs_.insert(with_.count_renamed ? least_fingerprint() : g_->fingerprint());
    if (how == ending::finished || (threads_[0].at == state::finished && g_->races.empty()))
        if (with_.keep_outcomes) keep_outcome();
}

result engine::explore() {
    started_ = seconds_now();
    cpu_started_ = cpu_seconds_now();
    const bool plain =
        with_.how == search::exhaustive && (!with_.reduction || with_.preemptions >= 0);
    if (!with_.replay.empty())
        explore_script();
    else if (with_.how != search::exhaustive)
        explore_random();
    else if (plain)
        explore_plain();
    else
        explore_reduced();
    result_.seconds = seconds_now() - started_;
    result_.cpu_seconds = cpu_seconds_used();
    result_.distinct_graphs = graphs_.size();

    std::string bounds;
    const auto bound = [&](const std::string& what) {
        bounds += (bounds.empty() ? "" : ", ") + what;
    };
    if (!with_.replay.empty()) bound("one replayed execution");
    if (with_.how == search::random) bound("random, seed " + std::to_string(with_.seed));
    if (with_.how == search::pct)
        bound("PCT " + std::to_string(with_.pct_depth) + ", seed " + std::to_string(with_.seed));
    if (with_.preemptions >= 0)
        bound("at most " + std::to_string(with_.preemptions) + " preemptions");
    if (!stopped_by_.empty()) bound("stopped after " + stopped_by_);
    if (bounded_by_length_)
        bound("executions longer than " + std::to_string(with_.longest_execution) +
              " events were cut");
    if (bounded_by_timeouts_)
        bound("at most " + std::to_string(with_.timeouts) + " timeouts a thread");
    result_.stopped = !stopped_by_.empty();
    result_.complete = bounds.empty();
    result_.verdict = bounds.empty() ? "complete" : "bounded: " + bounds;

    for (const known_site& s : sites_) {
        if (&s == &sites_[0] || !has_order(s.success.op)) continue;
        result_.sites.push_back(s.success);
        if (s.has_failure) {
            access_site other = s.success;
            other.on_failure = true;
            other.order = s.failure;
            result_.sites.push_back(other);
        }
    }
    return std::move(result_);
}

result explore(const program& run, const options& with) { return engine(run, with).explore(); }

}  // namespace tally::model
