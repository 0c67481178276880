// SPDX-License-Identifier: MIT
// The claims, compiled once, over whichever lock or counter is under attack.
#include "stress/catalogue.hpp"

#include "claims/bounded_bypass.hpp"
#include "claims/destroyed_after_unlock.hpp"
#include "claims/destroyed_by_next_holder.hpp"
#include "claims/exclusion.hpp"
#include "claims/fifo.hpp"
#include "claims/no_lost_add.hpp"
#include "claims/no_lost_update.hpp"
#include "claims/progress.hpp"
#include "claims/read_is_exact.hpp"
#include "claims/readers_and_writers.hpp"
#include "claims/recursion.hpp"
#include "claims/try_lock.hpp"
#include "machines/native.hpp"
#include "stress/announcing.hpp"
#include "stress/any_counter.hpp"
#include "stress/any_lock.hpp"
#include "stress/entry.hpp"

namespace tally::stress {

// The claims' own machine, which is not the lock's. Threads that meet outside the lock give the
// CPU away while they wait for each other: spinning, with more threads than CPUs, would spend
// slices of the scheduler on it.
using ours = native<waiting::yield>;

// On a machine that says who waits, that is said of the lock alone.
template <native_machine Machine>
struct meeting<Machine> {
    using word = ours::atomic<std::uint32_t>;
};

namespace {

template <template <class, class> class Claim, class Machine = ours>
void add_claim(strategy& to, const lock_calls& lock) {
    using claim = Claim<Machine, any_lock>;
    if (claim::applies_to(lock.is))
        to.claims.push_back({.sentence = claim::sentence, .run = &claim::run, .lock = &lock});
}

template <template <class, class> class Claim>
void add_claim(strategy& to, const counter_calls& counter) {
    using claim = Claim<ours, any_counter>;
    if (claim::applies_to(counter.traits))
        to.claims.push_back({.sentence = claim::sentence, .run = &claim::run, .counter = &counter});
}

// Claims that must know who waits are run on a machine that says so.
template <template <class, class> class Claim>
void add_order_claim(strategy& to, const entry& subject) {
    if (subject.announcing != nullptr)
        add_claim<Claim, announcing<ours>>(to, *subject.announcing);
    else
        add_claim<Claim>(to, *subject.lock);
}

void add_lock_claims(strategy& to, const entry& subject) {
    add_claim<no_lost_update>(to, *subject.lock);
    add_claim<exclusion>(to, *subject.lock);
    add_claim<read_is_exact>(to, *subject.counter);
    add_claim<try_lock>(to, *subject.lock);
    add_claim<recursion>(to, *subject.lock);
    add_order_claim<fifo>(to, subject);
    add_order_claim<bounded_bypass>(to, subject);
    add_order_claim<readers_and_writers>(to, subject);
    add_claim<progress>(to, *subject.lock);
    add_claim<destroyed_after_unlock>(to, *subject.lock);
    add_claim<destroyed_by_next_holder>(to, *subject.lock);
}

void add_counter_claims(strategy& to, const entry& subject) {
    add_claim<no_lost_add>(to, *subject.counter);
    add_claim<read_is_exact>(to, *subject.counter);
}

}  // namespace

verdict claim_entry::attempt(const script& with) const {
    if (lock != nullptr) any_lock::stands_for(*lock);
    if (counter != nullptr) any_counter::stands_for(*counter);
    return run(with);
}

void enter(catalogue& into, const entry& subject) {
    strategy made{.what = subject.what,
                  .waiting = subject.waiting,
                  .control = subject.counter->traits.control,
                  .run_classic = subject.run_classic,
                  .is = subject.is};
    if (subject.lock != nullptr) {
        made.order = subject.lock->is.traits.order;
        add_lock_claims(made, subject);
    } else {
        add_counter_claims(made, subject);
    }
    if (subject.specimen != nullptr) made.specimen = *subject.specimen;
    into.strategies.push_back(std::move(made));
}

}  // namespace tally::stress
