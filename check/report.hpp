// SPDX-License-Identifier: MIT
// What was found out of one subject: every claim decided, every weakened order judged. The facts
// only; evidence.hpp shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "machines/checked/failure.hpp"
#include "machines/weakened_access.hpp"

namespace tally::check {

// A failing execution.
struct finding {
    std::string kind;    // "race", "deadlock", ...
    std::string what;    // one sentence
    std::string replay;  // for --replay
    std::string story;   // the table
};

// One claim, at one size.
struct decision {
    std::string claim;     // its id
    std::string sentence;  //
    unsigned threads = 0;
    unsigned rounds = 0;  // per thread
    std::string search;   // "exhaustive", "random", "pct"
    bool complete = false;
    std::string verdict;  // "complete", or "bounded: ..."
    std::uint64_t executions = 0;
    std::uint64_t blocked = 0;
    std::uint64_t graphs = 0;    // distinct ones
    double seconds = 0;          // that passed
    double cpu_seconds = 0;      // that it took: what a bound is a bound of
    std::vector<finding> found;  // empty: it held

    // False: no execution came to an end, and nothing was learnt.
    bool decided() const { return executions != 0 || !found.empty(); }
};

// One search for a failure, which ended with the first that it found.
struct hunt_result {
    std::string search;     // "exhaustive", "random", "pct"
    std::string caught_by;  // "data race: no increment is lost, 2 x 2"; empty: it found none
    std::optional<model::failure_kind> kind;  // of that
    bool complete = true;  // nothing was left out: only an exhaustive search can say so
    std::uint64_t executions = 0;
    double seconds = 0;
};

// One memory order, weakened by one step.
struct weakened_order {
    weakened_access what;
    std::string source;     // the line
    std::string caught_by;  // "race: no increment is lost, 2 x 2"; empty: it survived
    // Of a survivor: the sizes at which every claim was decided completely, and the one at which a
    // search no longer came to its end.
    std::string survived_at;  // "2 x 2, 3 x 1, 4 x 1"; empty: at none completely
    std::string open_at;      // "3 x 2"; empty: every size that can be asked for was decided
    bool complete = true;     // the sizes that were asked for were decided completely
    std::string reason;       // a survivor's, from its file; empty: unexplained
    std::uint64_t executions = 0;
    std::vector<hunt_result> hunts;  // by each search, where detectors are compared
};

// A file whose accesses the subject's programs made, with an order that could be weaker.
struct audited_file {
    std::string file;
    std::size_t accesses = 0;
    std::string subject;  // whose own file it is, where they are audited; empty: here
};

struct subject_report {
    std::string name;
    std::string family;
    std::string file;
    std::string kind;  // "lock", "counter", "control", "specimen", "program"
    // Of specimens.
    std::string breaks;
    bool must_be_caught = false;
    bool must_not_be_caught = false;

    std::vector<decision> decisions;
    std::vector<std::string> not_claimed;  // claims that it does not make, and nobody tried
    std::vector<weakened_order> orders;
    std::vector<audited_file> files;  // where the audit looked for orders
    bool audited = false;
    std::vector<hunt_result> hunts;  // of the subject as it stands, as for a weakened order
    std::string broke_off;           // the decision came to no end: why

    bool failed() const {
        for (const auto& d : decisions)
            if (!d.found.empty()) return true;
        return false;
    }
    bool complete() const {
        for (const auto& d : decisions)
            if (!d.complete) return false;
        return broke_off.empty();
    }
    bool decided() const {
        for (const auto& d : decisions)
            if (!d.decided()) return false;
        return broke_off.empty();
    }
    // Whether what was found is what ought to be.
    bool as_expected() const {
        if (!decided()) return false;
        for (const auto& order : orders)
            if (order.caught_by.empty() && order.reason.empty()) return false;
        if (must_be_caught) return failed();
        return !must_not_be_caught || !failed();
    }
};

}  // namespace tally::check
