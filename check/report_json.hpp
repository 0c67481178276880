// SPDX-License-Identifier: MIT
// A subject's report as JSON. For the few sources that read or write it: the header of the library
// takes seconds to compile.
#pragma once

#include <nlohmann/json.hpp>

#include "check/failure_json.hpp"
#include "check/report.hpp"

namespace tally::check {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(finding, kind, what, replay, story)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(decision, claim, sentence, threads, rounds, search, complete,
                                   verdict, executions, blocked, graphs, seconds, cpu_seconds,
                                   found)

inline void to_json(nlohmann::json& out, const hunt_result& from) {
    out = {{"search", from.search},           {"caught_by", from.caught_by},
           {"kind", failure_json(from.kind)}, {"complete", from.complete},
           {"executions", from.executions},   {"seconds", from.seconds}};
}
inline void from_json(const nlohmann::json& in, hunt_result& to) {
    in.at("search").get_to(to.search);
    in.at("caught_by").get_to(to.caught_by);
    to.kind = failure_in(in.at("kind"));
    in.at("complete").get_to(to.complete);
    in.at("executions").get_to(to.executions);
    in.at("seconds").get_to(to.seconds);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(weakened_order, place, column, operation, from, to, source,
                                   caught_by, survived_at, open_at, complete, reason, executions,
                                   hunts)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(audited_file, file, accesses, subject)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(subject_report, name, family, file, kind, breaks, must_be_caught,
                                   must_not_be_caught, decisions, not_claimed, orders, files,
                                   audited, hunts, broke_off)

}  // namespace tally::check
