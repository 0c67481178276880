// SPDX-License-Identifier: MIT
// A process of a test, and the script that it follows. The supervisor writes the script on the
// command line; the actor takes the lock, increments, lets go, and announces each step.
#pragma once

#include <string>
#include <vector>

#include "machines/process/child.hpp"
#include "stress/process/stage.hpp"

namespace tally::process_stress {

enum class act : std::uint32_t {
    nothing,
    exit,         // exit(0)
    exec,         // becomes another program, which lingers
    fork,         // makes a child that lingers, and waits at the gate
    kill_waiter,  // after unlock(), at once kills actor 1
};

struct script {
    unsigned index = 0;         // which actor, and which member of the team
    step stop_at = step::done;  // waits there for the gate
    act inside = act::nothing;  // what it does once inside
    unsigned rounds = 1;        // 0: until the stage says stop
    bool traced = false;        // asks to be traced, and stops itself when ready
    bool warm = false;          // takes the lock and lets go once, before anything
    bool tries = false;         // asks with try_lock
    int cpu = -1;               // the CPU to run on
    unsigned dwell = 0;         // pauses between reading the count and writing it
    unsigned pid_to_kill = 0;   // for kill_waiter

    static void fields(auto& of, auto&& field) {
        field("index", of.index);
        field("stop_at", of.stop_at);
        field("inside", of.inside);
        field("rounds", of.rounds);
        field("traced", of.traced);
        field("warm", of.warm);
        field("tries", of.tries);
        field("cpu", of.cpu);
        field("dwell", of.dwell);
        field("pid_to_kill", of.pid_to_kill);
    }
};

process::child start_actor(const std::string& lock, const process::lock_name& name, const script&);
// The other side: what main() calls for the arguments that start_actor made.
int run_actor(const std::vector<std::string>& arguments);
// A process that does nothing until it is killed; ends by itself after a while.
int run_lingerer();

}  // namespace tally::process_stress
