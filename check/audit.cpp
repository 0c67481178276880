// SPDX-License-Identifier: MIT
#include "check/audit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

#include "check/decide.hpp"
#include "check/hunt.hpp"
#include "check/options.hpp"
#include "check/source.hpp"

namespace tally::check {

namespace {

bool same_access(const model::access_site& a, const model::access_site& b) {
    return std::string_view(a.where.file) == b.where.file && a.where.line == b.where.line &&
           a.where.column == b.where.column && a.op == b.op && a.on_failure == b.on_failure &&
           a.order == b.order;
}

bool stands_in(std::string_view path, std::string_view file) {
    return path.size() >= file.size() && path.substr(path.size() - file.size()) == file;
}

bool begins_with(std::string_view text, std::string_view what) {
    return text.substr(0, what.size()) == what;
}

// A path as the compiler knew it, relative to the repository if it lies there. The compiler may
// have been told of the repository in two ways: by its path in an #include, and as ccache rewrites
// its command line.
std::string_view in_repository(std::string_view path) {
    constexpr std::string_view here = "check/audit.cpp";
    const std::string_view own = __builtin_FILE();
    std::string_view rewritten;
    if (stands_in(own, here)) rewritten = own.substr(0, own.size() - here.size());
    for (const std::string_view root : {std::string_view(TALLY_SOURCE_DIR "/"), rewritten})
        if (!root.empty() && begins_with(path, root)) return path.substr(root.size());
    return path;
}

// Of the suite, and not of what is judged by it.
bool is_harness(std::string_view file) {
    return file == "counters/locked.hpp" || begins_with(file, "machines/") ||
           begins_with(file, "claims/") || file == "check/announcing_checked.hpp";
}

// The lock or counter whose own file it is: <family>/<name>.hpp of the catalogue. Empty: none.
std::string subject_of(std::string_view file) {
    for (const std::string_view folder : {"locks/", "counters/"}) {
        if (!begins_with(file, folder)) continue;
        file.remove_prefix(folder.size());
        if (folder == "locks/") file.remove_prefix(std::min(file.find('/') + 1, file.size()));
        const auto dot = file.find('.');
        if (file.find('/') == std::string_view::npos && dot != std::string_view::npos)
            return std::string(file.substr(0, dot));
    }
    return {};
}

// Every access that any of the programs makes with an order that could be weaker, but for the
// suite's own; in the order of their places.
std::vector<model::access_site> accesses_of(const entry& who, const model::options& with,
                                            std::optional<size> asked) {
    std::vector<model::access_site> seen;
    for (const auto& claim : who.programs)
        for (const size at : sizes_of(claim, asked))
            (void)decide(claim, at, with, &seen);
    std::erase_if(seen, [&](const auto& s) {
        if (steps_below(s.order, s.op).empty()) return true;
        return !stands_in(s.where.file, who.what.file) && is_harness(in_repository(s.where.file));
    });
    const auto place = [](const auto& s) {
        return std::make_tuple(std::string_view(s.where.file), s.where.line, s.where.column,
                               s.on_failure);
    };
    std::sort(seen.begin(), seen.end(),
              [&](const auto& a, const auto& b) { return place(a) < place(b); });
    seen.erase(std::unique(seen.begin(), seen.end(), same_access), seen.end());
    return seen;
}

std::string to_string(size at) { return fmt::format("{} x {}", at.threads, at.rounds); }

// Larger sizes than those that a survivor has survived: of n = threads + rounds together, most
// threads first; then n + 1. Until it is caught, or a search does not end within what is left of
// the time.
void grow(const entry& who, model::options with, std::optional<size> asked, weakened_order& order) {
    const size least = asked.value_or(size{2, 1});
    std::vector<size> done;
    const auto note = [&](size at) {
        done.push_back(at);
        order.survived_at += (order.survived_at.empty() ? "" : ", ") + to_string(at);
    };
    // Whoever has survived a size has survived the smaller ones.
    const auto is_done = [&](size at) {
        return std::any_of(done.begin(), done.end(), [&](size larger) {
            return larger.threads >= at.threads && larger.rounds >= at.rounds;
        });
    };
    if (asked) {
        note(*asked);
    } else {
        for (const auto& claim : who.programs)
            for (const size at : sizes_of(claim))
                if (!is_done(at)) note(at);
    }
    double left = with.seconds > 0 ? with.seconds : 10;
    for (unsigned sum = least.threads + least.rounds; sum <= most_threads + most_rounds; ++sum)
        for (unsigned threads = std::min(sum - least.rounds, most_threads);
             threads >= least.threads; --threads) {
            const size at{threads, sum - threads};
            if (at.rounds > most_rounds) continue;
            if (is_done(at)) continue;
            for (const auto& claim : who.programs) {
                // A claim whose program does not grow with it says nothing new.
                if (at.rounds > claim.most_rounds) continue;
                with.seconds = left;
                const decision made = decide(claim, at, with);
                left -= made.cpu_seconds;
                order.executions += made.executions;
                if (!made.found.empty()) {
                    order.caught_by = fmt::format("{}: {}, {}", made.found.front().kind,
                                                  made.sentence, to_string(at));
                    return;
                }
                if (!made.complete || left <= 0) {
                    order.open_at = to_string(at);
                    return;
                }
            }
            note(at);
        }
}

}  // namespace

std::vector<std::memory_order> steps_below(std::memory_order order, model::operation op) {
    using model::operation;
    const bool writes_only = op == operation::store || op == operation::signal;
    const bool reads_only = op == operation::load || op == operation::await ||
                            op == operation::await_for || op == operation::wait;
    switch (order) {
        case std::memory_order_seq_cst:
            if (writes_only) return {release};
            if (reads_only) return {acquire};
            return {acq_rel};
        case std::memory_order_acq_rel: return {acquire, release, relaxed};
        case std::memory_order_acquire:
        case std::memory_order_consume:
        case std::memory_order_release: return {relaxed};
        case std::memory_order_relaxed: break;
    }
    return {};
}

audit_result audit(const entry& who, const model::options& with, std::optional<size> asked,
                   bool compares) {
    audit_result judged;
    for (const auto& access : accesses_of(who, with, asked)) {
        const std::string file(in_repository(access.where.file));
        const bool own = stands_in(access.where.file, who.what.file);
        const std::string other = own ? std::string() : subject_of(file);
        if (judged.files.empty() || judged.files.back().file != file)
            judged.files.push_back({file, 0, other});
        ++judged.files.back().accesses;
        if (!other.empty()) continue;
        for (const std::memory_order to : steps_below(access.order, access.op)) {
            weakened_order order;
            const weakening weaker_order{access.where, access.on_failure, to};
            order.what = {weaker_order, std::string(to_string(access.op)), access.order};
            order.source = source_line(access.where);
            model::options weaker = with;
            weaker.weakened = {weaker_order};
            const hunt_result found = hunt(who, weaker, asked);
            order.caught_by = found.caught_by;
            order.complete = found.complete;
            order.executions = found.executions;
            if (order.caught_by.empty() && found.complete) grow(who, weaker, asked, order);
            if (compares) order.hunts = hunt_by_each_search(who, weaker);
            if (order.caught_by.empty()) order.reason = stated_reason(access.where);
            judged.orders.push_back(std::move(order));
        }
    }
    return judged;
}

}  // namespace tally::check
