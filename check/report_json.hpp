// SPDX-License-Identifier: MIT
// A subject's report as JSON. For the few sources that read or write it: the header of the library
// takes seconds to compile.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "check/failure_json.hpp"
#include "check/report.hpp"
#include "check/weakening_json.hpp"

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

inline void to_json(nlohmann::json& out, const weakened_order& from) {
    out = {{"source", from.source},           {"caught_by", from.caught_by},
           {"survived_at", from.survived_at}, {"open_at", from.open_at},
           {"complete", from.complete},       {"reason", from.reason},
           {"executions", from.executions},   {"hunts", from.hunts}};
    add_weakening(out, from.what);
}
inline void from_json(const nlohmann::json& in, weakened_order& to) {
    const auto what = weakening_in(in);
    if (!what) throw std::runtime_error("the place of a weakened order is empty");
    to.what = *what;
    in.at("source").get_to(to.source);
    in.at("caught_by").get_to(to.caught_by);
    in.at("survived_at").get_to(to.survived_at);
    in.at("open_at").get_to(to.open_at);
    in.at("complete").get_to(to.complete);
    in.at("reason").get_to(to.reason);
    in.at("executions").get_to(to.executions);
    in.at("hunts").get_to(to.hunts);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(audited_file, file, accesses, subject)

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(subject_report, name, family, file, kind, breaks, must_be_caught,
                                   must_not_be_caught, decisions, not_claimed, orders, files,
                                   audited, hunts, broke_off)

}  // namespace tally::check
