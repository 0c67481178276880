// SPDX-License-Identifier: MIT
// What a generated unit of tally-stress includes: how one file of the catalogue enters it, as a
// strategy for each kind of waiting. No claim is in sight, and little of the library: there are as
// many units as subjects.
#pragma once

#include <cstdint>
#include <string_view>

#include "claims/properties.hpp"
#include "claims/specimen.hpp"
#include "counters/locked.hpp"
#include "machines/native.hpp"
#include "machines/subject.hpp"
#include "stress/announcing.hpp"
#include "stress/calls.hpp"
#include "stress/race/classic.hpp"

namespace tally::stress {

struct catalogue;

// Enters every subject; generated.
void fill(catalogue& into);

// One subject in one kind of waiting.
struct entry {
    subject_info what;
    std::string_view waiting;          // "spin", "yield", "park"; "itself" for a library's; "none"
    const lock_calls* lock = nullptr;  // null: it is a counter
    const lock_calls* announcing = nullptr;  // the lock on a machine that says who waits, where
                                             // claims ask for it and the machine does the waiting
    const counter_calls* counter = nullptr;  // itself, or the one behind the lock
    const specimen_traits* specimen = nullptr;
    std::uint64_t (*run_classic)(classic&) = nullptr;
    properties is = {};
};

void enter(catalogue& into, const entry& subject);

template <class Subject, class Machine>
entry lock_on(std::string_view waiting) {
    static_assert(lock_agrees<Subject, Machine>());
    using type = typename Subject::template on<Machine>;
    using counted = locked<Machine, type>;
    entry made{.what = Subject::info,
               .waiting = waiting,
               .lock = &calls_of_lock<type>,
               .counter = &calls_of_counter<counted>,
               .run_classic = &run_classic<Machine, counted>,
               .is = properties_of<type>()};
    if constexpr (type::traits.waiting == waits::by_machine &&
                  (type::traits.order != admission::unfair || shared_lockable<type>))
        made.announcing = &calls_of_lock<typename Subject::template on<announcing<Machine>>>;
    return made;
}

template <class Subject, class Machine>
entry counter_on(std::string_view waiting) {
    static_assert(counter_agrees<Subject, Machine>());
    using type = typename Subject::template on<Machine>;
    return {.what = Subject::info,
            .waiting = waiting,
            .counter = &calls_of_counter<type>,
            .run_classic = &run_classic<Machine, type>,
            .is = properties_of<type>()};
}

template <class Subject, class Machine>
entry specimen_on(std::string_view waiting) {
    static_assert(specimen_agrees<Subject, Machine>());
    using type = typename Subject::template on<Machine>;
    entry made;
    if constexpr (counter<type>)
        made = counter_on<Subject, Machine>(waiting);
    else
        made = lock_on<Subject, Machine>(waiting);
    made.specimen = &type::specimen;
    return made;
}

// Calls make.operator()<Machine>(waiting) for each kind of waiting that the subject comes in.
template <class Subject, class Make>
void in_each_waiting(Make make) {
    using spinning = native<waiting::spin>;
    constexpr waits how = Subject::template on<spinning>::traits.waiting;
    if constexpr (how == waits::by_machine) {
        make.template operator()<spinning>(to_string(waiting::spin));
        make.template operator()<native<waiting::yield>>(to_string(waiting::yield));
        make.template operator()<native<waiting::park>>(to_string(waiting::park));
    } else {
        make.template operator()<spinning>(how == waits::itself ? "itself" : "none");
    }
}

template <class Subject>
void enter_lock(catalogue& into) {
    in_each_waiting<Subject>([&]<class Machine>(std::string_view waiting) {
        enter(into, lock_on<Subject, Machine>(waiting));
    });
}

template <class Subject>
void enter_counter(catalogue& into) {
    in_each_waiting<Subject>([&]<class Machine>(std::string_view waiting) {
        enter(into, counter_on<Subject, Machine>(waiting));
    });
}

template <class Subject>
void enter_specimen(catalogue& into) {
    in_each_waiting<Subject>([&]<class Machine>(std::string_view waiting) {
        enter(into, specimen_on<Subject, Machine>(waiting));
    });
}

}  // namespace tally::stress
