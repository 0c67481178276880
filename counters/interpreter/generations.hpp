// SPDX-License-Identifier: MIT
// The generations of the interpreter: which lock, and after which byte codes it may be dropped.
// `loses<Program>` is what each is expected to do to `num += 1`; the checker decides it
// (claims/interpreted_increment.hpp), and interpreters that are installed are asked.
#pragma once

#include "counters/interpreted.hpp"
#include "locks/interpreter/gil_fair_io.hpp"
#include "locks/interpreter/gil_interval.hpp"
#include "locks/interpreter/gil_ticks.hpp"
#include "locks/interpreter/object_lock.hpp"
#include "locks/spin/ttas.hpp"

namespace tally::interpreter {

// Is there a point between the load and the store after which the lock may be dropped, and is
// the program's own mutex not around them?
template <class Program>
constexpr bool can_be_interrupted(drop_points rule) {
    bool loaded = false;
    for (const code done : Program::codes) {
        if (done == code::acquire) return false;
        if (done == code::store) return false;
        if (done == code::load) loaded = true;
        if (loaded && may_drop_after(rule, done)) return true;
    }
    return false;
}

template <template <class> class Global, drop_points Rule>
struct with_global_lock {
    template <class Machine>
    using global = Global<Machine>;
    template <class Machine>
    using object = nothing<Machine>;
    template <class Machine>
    using mutex = ttas<Machine>;
    static constexpr drop_points drops = Rule;
    template <class Program>
    static constexpr bool loses = can_be_interrupted<Program>(Rule);
    // A race on the variable itself, beside updates that may be lost.
    template <class Program>
    static constexpr bool races = false;
};

struct cpython_2 : with_global_lock<gil_ticks, drop_points::anywhere> {
    static constexpr std::string_view name = "cpython-2";
    static constexpr std::string_view cite = "CPython 2.7, ceval.c";
    template <class Machine>
    static gil_ticks<Machine> make(const pace& how) {
        return gil_ticks<Machine>(how.every);
    }
};

struct asks_after_interval {
    template <class Machine>
    static gil_interval<Machine> make(const pace& how) {
        return gil_interval<Machine>(how.interval);
    }
};

struct cpython_3_2 : with_global_lock<gil_interval, drop_points::mostly>, asks_after_interval {
    static constexpr std::string_view name = "cpython-3.2";
    static constexpr std::string_view cite = "CPython 3.2-3.9, ceval.c";
};

struct cpython_3_10 : with_global_lock<gil_interval, drop_points::calls_and_jumps>,
                      asks_after_interval {
    static constexpr std::string_view name = "cpython-3.10";
    static constexpr std::string_view cite = "CPython 3.10-3.13, ceval.c";
};

struct fair_io : with_global_lock<gil_fair_io, drop_points::calls_and_jumps> {
    static constexpr std::string_view name = "fair-io";
    static constexpr std::string_view cite = "Beazley 2010, Python issue 7946";
    template <class Machine>
    static gil_fair_io<Machine> make(const pace& how) {
        return gil_fair_io<Machine>(how.interval);
    }
};

struct without_global_lock {
    template <class Machine>
    using global = nothing<Machine>;
    template <class Machine>
    using mutex = ttas<Machine>;
    static constexpr drop_points drops = drop_points::nowhere;
    // Threads run at once: what is not inside the program's mutex is interrupted anywhere.
    template <class Program>
    static constexpr bool loses = can_be_interrupted<Program>(drop_points::anywhere);
    template <class Machine>
    static nothing<Machine> make(const pace&) {
        return {};
    }
};

struct free_threaded : without_global_lock {
    static constexpr std::string_view name = "free-threaded";
    static constexpr std::string_view cite = "PEP 703 (Gross 2023)";
    template <class Machine>
    using object = object_lock<Machine>;
    template <class Program>
    static constexpr bool races = false;
};

// The control: threads that interpret with no lock at all.
struct no_lock : without_global_lock {
    static constexpr std::string_view name = "no-lock";
    static constexpr std::string_view cite = "control";
    template <class Machine>
    using object = nothing<Machine>;
    template <class Program>
    static constexpr bool races = loses<Program>;
};

// Calls visit.template operator()<Generation, Program>() for each pair.
template <class Visit>
void for_each_pair(Visit&& visit) {
    const auto programs = [&]<class Generation>() {
        visit.template operator()<Generation, plain_add>();
        visit.template operator()<Generation, add_of_call>();
        visit.template operator()<Generation, locked_add>();
    };
    programs.template operator()<cpython_2>();
    programs.template operator()<cpython_3_2>();
    programs.template operator()<cpython_3_10>();
    programs.template operator()<fair_io>();
    programs.template operator()<free_threaded>();
    programs.template operator()<no_lock>();
}

}  // namespace tally::interpreter
