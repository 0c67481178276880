#include "stress/check/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

#include "stress/check/decide.hpp"
#include "stress/check/hunt.hpp"
#include "stress/check/source.hpp"

namespace tally::check {

namespace {

bool same_access(const model::access_site& a, const model::access_site& b) {
    return std::string_view(a.where.file) == b.where.file && a.where.line == b.where.line &&
           a.where.column == b.where.column && a.op == b.op && a.on_failure == b.on_failure &&
           a.order == b.order;
}

bool stands_in(const site& where, std::string_view file) {
    const std::string_view path(where.file);
    return path.size() >= file.size() && path.substr(path.size() - file.size()) == file;
}

// Every access of the lock's own file that any of its programs makes.
std::vector<model::access_site> accesses_of(const entry& who, const model::options& with) {
    std::vector<model::access_site> seen;
    for (const auto& claim : who.programs)
        for (const size at : claim.sizes)
            if (at.rounds <= claim.most_rounds) (void)decide(claim, at, with, &seen);
    std::erase_if(seen, [&](const auto& s) { return !stands_in(s.where, who.what.file); });
    std::sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) {
        return std::tie(a.where.line, a.where.column, a.on_failure) <
               std::tie(b.where.line, b.where.column, b.on_failure);
    });
    seen.erase(std::unique(seen.begin(), seen.end(), same_access), seen.end());
    return seen;
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

std::vector<weakened_order> audit(const entry& who, const model::options& with, bool compares) {
    std::vector<weakened_order> judged;
    for (const auto& access : accesses_of(who, with))
        for (const std::memory_order to : steps_below(access.order, access.op)) {
            weakened_order order;
            order.place = short_place(access.where);
            order.column = access.where.column;
            order.operation = to_string(access.op);
            if (access.on_failure) order.operation += " (on failure)";
            order.from = model::to_string(access.order);
            order.to = model::to_string(to);
            order.source = source_line(access.where);
            model::options weaker = with;
            weaker.weakened = {{access.where, access.op, access.on_failure, to}};
            const hunt_result found = hunt(who, weaker);
            order.caught_by = found.caught_by;
            order.complete = found.complete;
            order.executions = found.executions;
            if (compares) order.hunts = hunt_by_each_search(who, weaker);
            if (order.caught_by.empty()) order.reason = stated_reason(access.where);
            judged.push_back(std::move(order));
        }
    return judged;
}

}  // namespace tally::check
