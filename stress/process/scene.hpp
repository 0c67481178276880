// SPDX-License-Identifier: MIT
// One trial's surroundings: a fresh lock, a fresh stage, the actors on it, and nothing afterwards.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stress/process/actor.hpp"
#include "stress/process/catalogue.hpp"
#include "stress/process/stage.hpp"

namespace tally::process_stress {

inline constexpr std::uint64_t millisecond = 1'000'000;  // in ns

class scene {
public:
    // Makes the lock and the stage under a label that this run has not used.
    scene(const process::run_folder& run, const subject_entry& subject);
    // Kills every actor, and removes lock and stage.
    ~scene();
    scene(const scene&) = delete;
    scene& operator=(const scene&) = delete;

    void start(const script& what);
    process::child& actor(unsigned index) { return actors_.at(index); }
    actor_state& state(unsigned index) { return shared_->actor[index]; }
    stage& shared() { return *shared_; }

    // True once the actor has announced this step, or a later one. Throws std::system_error when it
    // cannot, because the system refused it what it needs.
    bool reached(unsigned index, step where, std::uint64_t within_ns);
    // As above, but a miss is an error of the test, not a result: throws std::runtime_error.
    void must_reach(unsigned index, step where);
    // Returns when the actor, which is inside lock(), must be waiting there: when it sleeps, or has
    // run for a millisecond. How long ago it came says nothing: it may have had no CPU since.
    void let_wait(unsigned index);
    void open_gate(unsigned index) { state(index).gate.signal(1, seq_cst); }
    // True once the actor has ended by itself.
    bool ended(unsigned index);
    // Kills the actor and waits until the kernel has cleaned up after it.
    void kill(unsigned index);
    // Ends every actor.
    void end_all() { actors_.clear(); }

    // What is on the system by this lock's name; the stage and running actors' are not counted.
    std::vector<std::string> left_behind() const;

private:
    // Throws std::system_error if the actor has ended because the system refused it something.
    void expect_not_refused(unsigned index);

    const subject_entry& subject_;
    process::lock_name name_;
    std::string folder_;
    shared_stage shared_;
    std::map<unsigned, process::child> actors_;
};

}  // namespace tally::process_stress
