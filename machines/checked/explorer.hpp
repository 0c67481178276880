// SPDX-License-Identifier: MIT
// Every interleaving and every weak-memory outcome of a small program: the one way in.
//
//   auto found = model::explore([] {
//       checked::atomic<int> flag{0};
//       checked::plain<int> data{0};
//       int seen = -1;
//       checked::team::run(2, [&](unsigned me) {
//           if (me == 0) { data.write(1); flag.signal(1, release); }
//           else { flag.await([](int f) { return f == 1; }, acquire); seen = data.read(); }
//       });
//       return model::outcome{seen == 1, "read " + std::to_string(seen)};
//   });
//
// The program is run once for each execution, from the start, on fibers. It must do the same
// whenever its reads read the same: no clocks, no random numbers of its own, and nothing shared
// between its threads but the machine's atomic<T> and plain<T>. (What only one thread writes, and
// thread 0 reads after the team, like `seen`, may be an ordinary variable.)
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "machines/checked/event.hpp"
#include "machines/checked/failure.hpp"
#include "machines/contract.hpp"
#include "machines/site.hpp"
#include "machines/weakening.hpp"

namespace tally::model {

using tally::to_string;

// What one execution of the program came to.
struct outcome {
    bool held = true;  // false: a claim is refuted, and `text` says how
    std::string text;  // executions with equal texts had the same outcome
};

using program = std::function<outcome()>;

enum class search : std::uint8_t {
    exhaustive,  // every execution, or up to a stated bound
    random,      // uniform choices
    pct,         // random priorities with d - 1 change points: Burckhardt et al., ASPLOS 2010
};

// Ways to break the checker, so that its own tests are seen to notice.
enum class breakage : std::uint8_t {
    nothing,
    append_only_stores,      // a store goes to the end of modification order only
    clock_not_joined,        // an acquire learns nothing from the release it read
    long_release_sequences,  // any store to the location continues a release sequence
    torn_rmw,                // two read-modify-writes may read the same store
    missed_revisits,         // the reduction does not let a store change an older read
    no_seq_cst_order,        // seq_cst is no more than acquire and release
};

struct options {
    search how = search::exhaustive;
    bool reduction = true;         // false: plain search through all interleavings
    bool symmetry = true;          // of executions that differ in who is who among threads that are
                                   // alike (team::run_alike) only one; needs the reduction
    int preemptions = -1;          // at most so many; -1: no bound. A bound turns reduction off.
    std::uint64_t seed = 1;        // random, pct
    std::uint64_t executions = 0;  // at most so many; 0: no bound (random, pct: 10,000)
    // At most so long, of CPU time: a machine that is busy with other things is no
    // reason to find less. 0: no bound.
    double seconds = 0;
    // Processes that share a reduced search which is not soon over, and its `seconds`.
    unsigned workers = 1;
    std::uint64_t share_after = 20'000;  // executions: a smaller search ends before others begin
    unsigned pct_depth = 3;              // d
    unsigned longest_execution = 5000;   // events; a longer one is cut, and the verdict says so
    unsigned timeouts = 2;               // a thread's await_for runs out of time at most so often
    unsigned spurious = 1;               // and so do its weak compare-exchanges, for no reason
    bool races = true;           // false: plain memory is as relaxed atomics, nothing reported
    bool count_graphs = true;    // distinct execution graphs
    bool count_renamed = false;  // ... but those once that differ in who is who among threads alike
    bool keep_outcomes = true;   // collect outcomes, each with one execution
    std::uint64_t after_failure = 2000;  // go on so many executions for a shorter failure
    std::vector<weakening> weakened{};
    breakage broken = breakage::nothing;
    std::string replay{};  // not empty: run exactly this
    std::function<void(std::uint64_t executions, double seconds)> progress{};  // once a second
};

std::string_view to_string(operation op);

// One step of an execution, as the story tells it.
struct step {
    unsigned thread = 0;  // 0: the program's own; 1, 2, ...: the team's, in order of their start
    site where;
    operation op = operation::load;
    std::string order;   // "acquire"; of a compare-exchange the one in effect
    std::string object;  // "a1": atomics are a1, a2, ... by first construction; plain: p1, ...
    bool reads = false;
    bool writes = false;
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    bool failed = false;    // a compare-exchange that did not write
    int read_from = -1;     // number of the step it read from; -1: the initial value
    bool stale = false;     // a newer store was made in an earlier step
    bool not_last = false;  // a store that goes before an older step's in modification order
    std::string why;        // why the model allows it, when it is not the obvious
    bool stuck = false;     // it was never done: the thread waits here for ever
};

struct failure {
    failure_kind kind = failure_kind::refuted;
    std::string what;         // one sentence
    std::vector<step> story;  // the shortest found
    std::string replay;       // for options::replay
};

// An access that the program makes, for the audit of memory orders.
struct access_site {
    site where;
    operation op = operation::load;
    bool on_failure = false;
    std::memory_order order = std::memory_order_relaxed;  // as the program asked
};

struct seen_outcome {
    std::uint64_t times = 0;
    std::string replay;  // one execution that ends so
};

struct result {
    bool complete = false;
    std::string verdict;            // "complete", or "bounded: ..."
    std::vector<failure> failures;  // at most one of each kind, the shortest
    std::map<std::string, seen_outcome> outcomes;
    std::vector<access_site> sites;

    std::uint64_t executions = 0;  // that came to an end: finished, or failed
    std::uint64_t blocked = 0;     // given up as redundant: a spinner that read nothing new, or a
                                   // choice that turned out inconsistent
    std::uint64_t distinct_graphs = 0;  // among the executions (0: not counted)
    std::uint64_t events = 0;           // added to graphs in total
    double seconds = 0;                 // that passed
    double cpu_seconds = 0;  // of all workers: less, on a machine that is busy with other things

    bool stopped = false;  // by a bound on executions or time, or by a failure found long ago

    bool failed() const noexcept { return !failures.empty(); }
    // Per second of CPU time.
    double executions_per_second() const noexcept {
        return cpu_seconds > 0 ? static_cast<double>(executions + blocked) / cpu_seconds : 0;
    }
};

// Throws std::invalid_argument if options.replay does not fit the program.
result explore(const program& run, const options& with = {});

}  // namespace tally::model
