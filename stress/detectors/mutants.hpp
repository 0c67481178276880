// What a generated unit of tally-mutant includes: how one file of the catalogue enters it, on the
// machine whose memory orders can be weakened at run time, once spinning and once yielding.
// (Parking is left out there: its signal is seq_cst whatever was asked for.)
#pragma once

#include "machines/mutated.hpp"
#include "stress/catalogue.hpp"
#include "stress/entry.hpp"

namespace tally::mutants {

using catalogue = stress::catalogue;

// Enters every subject; generated.
void fill(catalogue& into);

template <class Subject>
void enter_lock(catalogue& into) {
    using spinning = mutated<waiting::spin>;
    using yielding = mutated<waiting::yield>;
    // A library's lock has its orders inside, out of reach.
    if constexpr (Subject::template on<spinning>::traits.waiting == waits::by_machine) {
        stress::enter(into, stress::lock_on<Subject, spinning>(to_string(waiting::spin)));
        stress::enter(into, stress::lock_on<Subject, yielding>(to_string(waiting::yield)));
    }
}

template <class Subject>
void enter_counter(catalogue& into) {
    using spinning = mutated<waiting::spin>;
    stress::enter(into, stress::counter_on<Subject, spinning>("none"));
}

}  // namespace tally::mutants
