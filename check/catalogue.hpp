// SPDX-License-Identifier: MIT
// What tally-check decides: every lock, counter and specimen that runs on the checked machine,
// each with the claims that apply to it, as programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/announcing_checked.hpp"
#include "claims/bounded_bypass.hpp"
#include "claims/destroyed_after_unlock.hpp"
#include "claims/destroyed_by_next_holder.hpp"
#include "claims/dies_in_any_order.hpp"
#include "claims/exclusion.hpp"
#include "claims/fifo.hpp"
#include "claims/no_lost_add.hpp"
#include "claims/no_lost_update.hpp"
#include "claims/properties.hpp"
#include "claims/read_is_exact.hpp"
#include "claims/readers_and_writers.hpp"
#include "claims/reads_while_adding.hpp"
#include "claims/recursion.hpp"
#include "claims/specimen.hpp"
#include "claims/try_lock.hpp"
#include "counters/locked.hpp"
#include "machines/checked/checked.hpp"
#include "machines/subject.hpp"

namespace tally::check {

struct size {
    unsigned threads = 2;
    unsigned rounds = 1;
};

// One claim as a program.
struct claim_program {
    std::string_view id;  // the claim's file
    std::string_view sentence;
    stress::verdict (*run)(const stress::script&);
    std::vector<size> sizes;    // that are decided by default
    unsigned most_rounds = 64;  // what the program can express
};

enum class kind : std::uint8_t { lock, counter, specimen, program };

struct entry {
    subject_info what;
    check::kind kind = kind::lock;
    bool control = false;  // known to lose updates, and there to be caught
    stress::properties is = {};
    std::optional<specimen_traits> specimen = {};
    std::vector<claim_program> programs = {};
    std::vector<std::string_view> not_claimed = {};  // claims there are that it does not make
    // The final number of `threads` threads that each add 1 `rounds` times.
    std::uint64_t (*final_number)(const stress::script&) = nullptr;
};

struct catalogue {
    std::vector<entry> entries;
};

// Enters every subject; generated.
void fill(catalogue& into);

template <class Counter>
std::uint64_t final_number(const stress::script& with) {
    Counter counter;
    checked::team::run_alike(with.threads, [&](unsigned) {
        typename Counter::node mine;
        for (unsigned round = 0; round != with.rounds; ++round)
            counter.add(mine, 1);
    });
    return counter.read();
}

template <template <class, class> class Claim, class Type, class Machine = checked>
void add_program(entry& to, std::string_view id, std::vector<size> sizes) {
    using claim = Claim<Machine, Type>;
    // A thread announces itself once: see announcing_checked.hpp.
    constexpr unsigned most_rounds = std::is_same_v<Machine, announcing_checked> ? 1 : 64;
    to.programs.push_back({id, claim::sentence, &claim::run, std::move(sizes), most_rounds});
}

// What a lock or counter does not claim is no program of it.
template <template <class, class> class Claim, class Type, class Machine = checked>
void add_claim(entry& to, std::string_view id, std::vector<size> sizes) {
    if constexpr (Claim<Machine, Type>::applies_to(stress::facts_of<Type>()))
        add_program<Claim, Type, Machine>(to, id, std::move(sizes));
    else
        to.not_claimed.push_back(Claim<Machine, Type>::sentence);
}

template <class Subject>
entry lock_entry() {
    using type = typename Subject::template on<checked>;
    using announced = typename Subject::template on<announcing_checked>;
    entry made{.what = Subject::info, .is = stress::properties_of<type>()};
    add_claim<stress::no_lost_update, type>(made, "no_lost_update", {{2, 2}, {3, 1}});
    add_claim<stress::exclusion, type>(made, "exclusion", {{2, 1}});
    add_claim<stress::try_lock, type>(made, "try_lock", {{2, 1}});
    add_claim<stress::recursion, type>(made, "recursion", {{2, 1}});
    add_claim<stress::readers_and_writers, announced, announcing_checked>(
        made, "readers_and_writers", {{3, 1}});
    add_claim<stress::fifo, announced, announcing_checked>(made, "fifo", {{3, 1}});
    add_claim<stress::bounded_bypass, announced, announcing_checked>(made, "bounded_bypass",
                                                                     {{3, 1}});
    add_claim<stress::destroyed_after_unlock, type>(made, "destroyed_after_unlock", {{2, 1}});
    add_claim<stress::destroyed_by_next_holder, type>(made, "destroyed_by_next_holder", {{2, 1}});
    // There is no claim of these to make: no program here decides them.
    if constexpr (type::traits.order == admission::unfair)
        made.not_claimed.push_back("nobody waits for ever while others come and go");
    if constexpr (shared_lockable<type>)
        made.not_claimed.push_back("neither readers nor writers starve the others");
    made.final_number = &final_number<locked<checked, type>>;
    return made;
}

template <class Subject>
entry counter_entry() {
    using type = typename Subject::template on<checked>;
    entry made{.what = Subject::info,
               .kind = kind::counter,
               .control = type::traits.control,
               .is = stress::properties_of<type>()};
    add_claim<stress::no_lost_add, type>(made, "no_lost_add", {{2, 2}, {3, 1}});
    add_claim<stress::read_is_exact, type>(made, "read_is_exact", {{2, 1}});
    add_claim<stress::reads_while_adding, type>(made, "reads_while_adding", {{2, 2}, {3, 1}});
    add_claim<stress::dies_in_any_order, type>(made, "dies_in_any_order", {{2, 1}, {3, 1}});
    made.final_number = &final_number<type>;
    return made;
}

template <class Subject>
void enter_lock(catalogue& into) {
    if constexpr (runs_on<Subject, checked>) into.entries.push_back(lock_entry<Subject>());
}

template <class Subject>
void enter_counter(catalogue& into) {
    if constexpr (runs_on<Subject, checked>) {
        if constexpr (Subject::template on<checked>::traits.shared)
            into.entries.push_back(counter_entry<Subject>());
    }
}

template <class Subject>
void enter_specimen(catalogue& into) {
    if constexpr (runs_on<Subject, checked>) {
        using type = typename Subject::template on<checked>;
        entry made;
        if constexpr (lock<type>)
            made = lock_entry<Subject>();
        else
            made = counter_entry<Subject>();
        made.kind = kind::specimen;
        made.specimen = type::specimen;
        // The smallest program that shows it, first.
        const size shown{type::specimen.threads, type::specimen.rounds};
        for (auto& program : made.programs) {
            std::erase_if(program.sizes, [&](size s) {
                return s.threads == shown.threads && s.rounds == shown.rounds;
            });
            program.sizes.insert(program.sizes.begin(), shown);
        }
        into.entries.push_back(std::move(made));
    }
}

}  // namespace tally::check
