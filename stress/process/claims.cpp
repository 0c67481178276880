// SPDX-License-Identifier: MIT
#include "stress/process/claims.hpp"

#include <time.h>

#include "stress/process/scene.hpp"

namespace tally::process_stress {

namespace {

using stress::verdict;

constexpr unsigned team = 4;

// What a lock must do it is given time for, on a busy machine too. A broken one, of which it is
// known that it will not, is not waited for as long.
std::uint64_t deadline(const subject_entry& subject) {
    return (subject.caught_by.empty() ? 20'000 : 2'000) * millisecond;
}

bool always(const subject_entry&) { return true; }

std::string hung(unsigned index, step where, std::uint64_t after) {
    return "process " + std::to_string(index) + " is " + std::string(to_string(where)) + " after " +
           std::to_string(after / (1'000 * millisecond)) + " s";
}

// A team that increments for a fifth of a second, however fast the lock is; then all must end.
verdict hammer(scene& on, unsigned members, std::uint64_t patience) {
    for (unsigned index = 0; index != members; ++index)
        on.start({.index = index, .stop_at = step::ready, .rounds = 0, .dwell = 20});
    for (unsigned index = 0; index != members; ++index)
        on.must_reach(index, step::ready);
    for (unsigned index = 0; index != members; ++index)
        on.open_gate(index);
    const timespec window{0, 200'000'000};
    ::nanosleep(&window, nullptr);
    // On a busy machine nobody may have got anything done by now.
    const auto done = [&] {
        for (unsigned index = 0; index != members; ++index)
            if (on.state(index).rounds.load(relaxed) != 0) return true;
        return false;
    };
    for (const auto end = monotonic_ns() + patience; !done() && monotonic_ns() < end;)
        ::nanosleep(&window, nullptr);
    on.shared().stop.store(1, relaxed);
    for (unsigned index = 0; index != members; ++index)
        if (!on.reached(index, step::done, patience))
            return {false,
                    hung(index, static_cast<step>(on.state(index).at.load(acquire)), patience)};
    return {};
}

verdict no_lost_update(const process::run_folder& run, const subject_entry& subject) {
    scene on(run, subject);
    if (auto went = hammer(on, team, deadline(subject)); !went.held) return went;
    std::uint64_t expected = 0;
    for (unsigned index = 0; index != team; ++index)
        expected += on.state(index).rounds.load(relaxed);
    const auto counted = on.shared().count.read();
    if (expected == 0) return {false, "nobody incremented anything"};
    if (counted == expected) return {};
    return {false, "counted " + std::to_string(counted) + " of " + std::to_string(expected)};
}

verdict exclusion(const process::run_folder& run, const subject_entry& subject) {
    scene on(run, subject);
    if (auto went = hammer(on, team, deadline(subject)); !went.held) return went;
    std::uint64_t violations = 0;
    for (unsigned index = 0; index != team; ++index)
        violations += on.state(index).violated.load(relaxed) + on.state(index).torn.load(relaxed);
    if (violations == 0) return {};
    return {false, "somebody else was inside, " + std::to_string(violations) + " times"};
}

verdict try_does_not_block(const process::run_folder& run, const subject_entry& subject) {
    scene on(run, subject);
    on.start({.index = 0, .stop_at = step::inside});
    on.must_reach(0, step::inside);
    on.start({.index = 1, .tries = true});
    const auto patience = deadline(subject);
    if (!on.reached(1, step::done, patience))
        return {false, "try_lock on a held lock has not returned after " +
                           std::to_string(patience / (1'000 * millisecond)) + " s"};
    if (on.state(1).rounds.load(relaxed) != 0) return {false, "try_lock entered a held lock"};
    on.open_gate(0);
    on.must_reach(0, step::done);
    on.start({.index = 2, .tries = true});
    on.must_reach(2, step::done);
    if (on.state(2).rounds.load(relaxed) != 1) return {false, "try_lock did not take a free lock"};
    return {};
}

bool says_fifo(const subject_entry& subject) { return subject.traits.order == admission::fifo; }

verdict fifo(const process::run_folder& run, const subject_entry& subject) {
    constexpr unsigned arrivals = 5;
    scene on(run, subject);
    on.start({.index = 0, .stop_at = step::inside});
    on.must_reach(0, step::inside);
    for (unsigned index = 1; index <= arrivals; ++index) {
        on.start({.index = index});
        on.let_wait(index);
    }
    on.open_gate(0);
    for (unsigned index = 1; index <= arrivals; ++index)
        on.must_reach(index, step::done);
    for (unsigned index = 2; index <= arrivals; ++index)
        if (on.state(index).entered_at.load(relaxed) < on.state(index - 1).entered_at.load(relaxed))
            return {false, "arrival " + std::to_string(index) + " overtook the one before it"};
    return {};
}

// The trait says what becomes of a lock whose holder is killed inside.
verdict fate_as_claimed(const process::run_folder& run, const subject_entry& subject) {
    scene on(run, subject);
    on.start({.index = 0, .stop_at = step::inside});
    on.must_reach(0, step::inside);
    on.start({.index = 1});
    on.let_wait(1);
    on.kill(0);
    // Long where it is to happen, short where it is not to.
    const bool stuck = subject.traits.holder_killed == process::fate::stuck;
    process::fate seen = process::fate::stuck;
    if (on.reached(1, step::inside, stuck ? 200 * millisecond : deadline(subject)))
        seen = on.state(1).told_of_death.load(relaxed) != 0 ? process::fate::handed_over
                                                            : process::fate::released;
    if (seen == subject.traits.holder_killed) return {};
    return {false, "claimed '" + std::string(to_string(subject.traits.holder_killed)) +
                       "', seen '" + std::string(to_string(seen)) + "'"};
}

}  // namespace

const std::vector<process_claim>& process_claims() {
    static const std::vector<process_claim> claims{
        {"no_lost_update", "no increment is lost", always, no_lost_update},
        {"exclusion", "one process at a time is inside", always, exclusion},
        {"try_does_not_block", "try_lock does not block", always, try_does_not_block},
        {"fifo", "processes enter in the order of their arrival", says_fifo, fifo},
        {"fate", "what becomes of it when its holder is killed is what it says", always,
         fate_as_claimed},
    };
    return claims;
}

}  // namespace tally::process_stress
