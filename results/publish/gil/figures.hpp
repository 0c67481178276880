// SPDX-License-Identifier: MIT
// The figures behind docs/gil.md: which rows they are made of, and what comes of them. What the
// sentences, the tables and the charts say is taken from here, so that none can say what the others
// do not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/publish/gil/findings.hpp"

namespace tally::results::gil {

// Names of rows, as tally-interpreters gives them.
std::string counting(const std::string& who, const std::string& variant, unsigned increments);
std::string asking(const std::string& who, unsigned interval_us);
std::string computing(const std::string& who);
std::string computing_pair(const std::string& who, std::string_view where);
std::string mixed(const std::string& who, unsigned local, unsigned threads);

// The models that the page compares with each other.
inline constexpr const char* model_of_global_lock = "model-cpython-3.10";
inline constexpr const char* model_of_object_locks = "model-free-threaded";

// The largest share of a row's increments that was lost in one run.
std::optional<double> lost_share(const findings& run, const std::string& row_name);

// The newest CPython with a global lock of the generation that passes the lock on by time (since
// 3.10), and of the one that passes it on by byte codes (2). Empty if none was measured.
std::string newest_recent(const findings& run);
std::string newest_old(const findings& run);

// An interpreter and the model of its lock.
struct modelled {
    std::string real;
    std::string model;
};
std::vector<modelled> pairs(const findings& run);

// Does each interpreter do what its generation allows, and was what it allows seen?
struct agreement {
    std::vector<std::string> lost_and_must_not;
    std::vector<std::string> may_lose_and_did_not;
    unsigned agreeing = 0;
};
agreement agreement_of(const findings& run);

// The CPythons whose plain += lost in some run of 5 x 1,000,000, and those where it never did.
void split_by_plain(const findings& run, std::vector<std::string>& losing,
                    std::vector<std::string>& exact);
double most_lost(const findings& run, const std::vector<std::string>& among,
                 const std::string& variant);

inline constexpr double tolerance = 0.25;  // of a model, against the interpreter that it models

// What is compared of a model and the interpreter that it models.
struct figure {
    std::string what;
    std::vector<double> real;
    std::vector<double> model;
    std::string (*shown)(double);
    bool required;                // within the tolerance; the others are there to be read
    bool left_to_system = false;  // the placement of the threads, which decides it, is not ours

    double ratio() const;
    bool near() const;
};
std::vector<figure> compared(const findings& run);

// Two threads that add to one variable inside its lock, with byte codes of their own in between:
// under the global lock, and with a lock in each object.
inline constexpr unsigned locals[] = {0, 10, 100, 1000};
struct object_locks {
    unsigned local = 0;
    double with_global_lock = 0;  // increments per second
    double with_object_locks = 0;

    double ratio() const { return with_object_locks / with_global_lock; }
};
std::vector<object_locks> object_locks_of(const findings& run);
// From so many byte codes on the object locks are ahead for good; none: they never are.
std::optional<unsigned> overtaking(const std::vector<object_locks>& measured);

}  // namespace tally::results::gil
