// SPDX-License-Identifier: MIT
// What a generated unit of tally-mutant includes: how one file of the catalogue enters it, on the
// machine whose memory orders can be weakened at run time. It yields: spinning would only differ in
// how often a waiter gives way, and a parking signal is seq_cst whatever was asked for.
#pragma once

#include "machines/mutated.hpp"
#include "stress/catalogue.hpp"
#include "stress/entry.hpp"

namespace tally::mutants {

using catalogue = stress::catalogue;
using machine = mutated<waiting::yield>;

// Enters every subject; generated.
void fill(catalogue& into);

template <class Subject>
void enter_lock(catalogue& into) {
    // A library's lock has its orders inside, out of reach.
    if constexpr (Subject::template on<machine>::traits.waiting == waits::by_machine)
        stress::enter(into, stress::lock_on<Subject, machine>(to_string(waiting::yield)));
    else
        (void)Subject::info;
}

template <class Subject>
void enter_counter(catalogue& into) {
    stress::enter(into, stress::counter_on<Subject, machine>("none"));
}

}  // namespace tally::mutants
