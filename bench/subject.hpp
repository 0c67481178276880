// SPDX-License-Identifier: MIT
// What a generated unit of the benchmark includes: how one file of the catalogue enters it.
#pragma once

#include <memory>
#include <string_view>

#include "bench/contest.hpp"
#include "bench/process/contest.hpp"
#include "bench/workload_counter.hpp"
#include "bench/workload_sections.hpp"
#include "counters/locked.hpp"
#include "machines/native.hpp"
#include "machines/process/shared_native.hpp"
#include "machines/subject.hpp"

namespace tally::bench {

// Enters every subject into the catalogue. Generated.
void fill(catalogue& into);

template <class Counter>
std::unique_ptr<contest> make_counter() {
    return std::make_unique<counter_contest<Counter>>();
}

template <class Counter>
std::unique_ptr<contest> make_counter_apart() {
    return std::make_unique<counter_contest<Counter>>(data_layout::apart);
}

template <class Machine, class Lock>
std::unique_ptr<contest> make_sections(section_steps steps) {
    return std::make_unique<sections_contest<Machine, Lock>>(steps);
}

// A lock whose figures cannot be read without a word says it: `static constexpr std::string_view
// note`.
template <class Lock>
constexpr std::string_view note_of() {
    if constexpr (requires { Lock::note; })
        return Lock::note;
    else
        return {};
}

template <class Subject, class Machine>
void enter_lock_on(catalogue& into, std::string_view waiting) {
    if constexpr (runs_on<Subject, Machine>) {
        static_assert(lock_agrees<Subject, Machine>());
        using type = typename Subject::template on<Machine>;
        using counter = locked<Machine, type>;
        strategy made{Subject::info,
                      "lock",
                      waiting,
                      counter::traits,
                      &make_counter<counter>,
                      &make_sections<Machine, type>};
        if constexpr (shares_a_line<counter>)
            made.make_counter_apart = &make_counter_apart<counter>;
        made.note = note_of<type>();
        made.is = stress::properties_of<type>();
        into.strategies.push_back(made);
    }
}

template <class Subject, class Machine>
void enter_counter_on(catalogue& into, std::string_view waiting) {
    if constexpr (runs_on<Subject, Machine>) {
        static_assert(counter_agrees<Subject, Machine>());
        using type = typename Subject::template on<Machine>;
        into.strategies.push_back({Subject::info, "counter", waiting, type::traits,
                                   &make_counter<type>, nullptr, nullptr, nullptr, note_of<type>(),
                                   stress::properties_of<type>()});
    }
}

template <class Subject>
void enter_lock(catalogue& into) {
    using spinning = native<waiting::spin>;
    if constexpr (Subject::template on<spinning>::traits.waiting == waits::by_machine) {
        enter_lock_on<Subject, spinning>(into, to_string(waiting::spin));
        enter_lock_on<Subject, native<waiting::yield>>(into, to_string(waiting::yield));
        enter_lock_on<Subject, native<waiting::park>>(into, to_string(waiting::park));
    } else {
        enter_lock_on<Subject, spinning>(into, "itself");
    }
}

template <class Subject>
void enter_counter(catalogue& into) {
    using spinning = native<waiting::spin>;
    constexpr waits how = Subject::template on<spinning>::traits.waiting;
    if constexpr (how == waits::by_machine) {
        enter_counter_on<Subject, spinning>(into, to_string(waiting::spin));
        enter_counter_on<Subject, native<waiting::yield>>(into, to_string(waiting::yield));
        enter_counter_on<Subject, native<waiting::park>>(into, to_string(waiting::park));
    } else {
        enter_counter_on<Subject, spinning>(into, how == waits::itself ? "itself" : "none");
    }
}

// A lock between processes is worked on by processes.
template <class Subject, class Machine>
void enter_process_lock_on(catalogue& into, std::string_view waiting) {
    using type = typename Subject::template on<Machine>;
    static_assert(process::lock_agrees<type>());
    using counter = process::locked<Machine, type>;
    into.strategies.push_back({Subject::info, "process_lock", waiting, counter::traits, nullptr,
                               nullptr, &make_process_contest<counter>, nullptr, note_of<type>(),
                               stress::properties_of<type>()});
}

template <class Subject>
void enter_process_lock(catalogue& into) {
    using parking = shared_native<waiting::park>;
    if constexpr (Subject::template on<parking>::traits.waiting == waits::by_machine) {
        using spinning = shared_native<waiting::spin>;
        using yielding = shared_native<waiting::yield>;
        enter_process_lock_on<Subject, spinning>(into, to_string(waiting::spin));
        enter_process_lock_on<Subject, yielding>(into, to_string(waiting::yield));
        enter_process_lock_on<Subject, parking>(into, to_string(waiting::park));
    } else {
        enter_process_lock_on<Subject, parking>(into, "itself");
    }
}

}  // namespace tally::bench
