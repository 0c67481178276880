// SPDX-License-Identifier: MIT
// What a lock between processes promises.
//
// It is constructed from a name by every process that uses it; one of them creates it, the others
// attach. Each process is a member of the team, with a number of its own, and uses the lock from
// one thread at a time.
//
//   Lock(name, opening::create)   makes it, free; throws std::system_error if it exists or cannot
//   Lock(name, opening::attach)   opens what another process made; throws std::system_error
//   ~Lock()                       lets go of this process's handle; the lock itself stays
//   lock(member)                  returns when inside, and what this process is told on entry
//   try_lock(member)              the same without waiting: busy if it is not to be had at once
//   unlock(member)
//   Lock::remove(name)            removes what the lock has on the system; no error if nothing is
//
// lock, try_lock and unlock throw std::system_error where the system refuses what it should not.
//
// Threads die with their process, so a lock between threads never has to ask what becomes of it
// when the holder dies inside. Here it is the first question, and the traits say what is claimed;
// the crash matrix (stress/process) tries it.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "machines/contract.hpp"
#include "machines/process/place.hpp"

namespace tally::process {

// What the one who asked for the lock is told.
enum class entry : std::uint8_t {
    acquired,    // inside, nothing to report
    owner_died,  // inside; the previous holder died there: what the lock protects may be torn
    busy,        // not inside (try_lock only)
};

constexpr std::string_view to_string(entry e) {
    switch (e) {
        case entry::acquired: return "acquired";
        case entry::owner_died: return "owner died";
        case entry::busy: return "busy";
    }
    return "?";
}

enum class opening : std::uint8_t { create, attach };

// What becomes of the lock when its holder is killed inside.
enum class fate : std::uint8_t {
    released,     // the next one enters, and is not told
    handed_over,  // the next one enters, and is told that the owner died
    stuck,        // nobody enters ever again
};

constexpr std::string_view to_string(fate f) {
    switch (f) {
        case fate::released: return "released";
        case fate::handed_over: return "handed over";
        case fate::stuck: return "stuck";
    }
    return "?";
}

// Processes that may use one lock at a time: bounds the nodes that lie in shared memory.
inline constexpr unsigned most_members = 64;

// Which of the team's processes calls: its index, below most_members, no two alike.
struct member {
    unsigned index = 0;
};

// What a lock between processes says of itself. A claim made here is a claim that is attacked.
struct lock_traits {
    fate holder_killed = fate::stuck;
    admission order = admission::unfair;
    waits waiting = waits::itself;
    std::string_view rests_on = {};  // what it is made of, as the system calls it
    std::string_view cite = {};      // the manual page, standard or paper
};

template <class L>
concept lock = std::constructible_from<L, const lock_name&, opening> &&
    requires(L& l, member me, const lock_name& name) {
    { l.lock(me) } -> std::same_as<entry>;
    { l.try_lock(me) } -> std::same_as<entry>;
    l.unlock(me);
    L::remove(name);
    { L::traits } -> std::convertible_to<const lock_traits&>;
};

// What must hold of every process lock's file, said where it fails with a readable message.
template <class L>
consteval bool lock_agrees() {
    static_assert(lock<L>,
                  "a process lock has a constructor from (name, opening), lock(member), "
                  "try_lock(member), unlock(member), remove(name) and traits");
    static_assert(!L::traits.cite.empty(), "traits.cite names the origin: manual page or paper");
    static_assert(!L::traits.rests_on.empty(), "traits.rests_on names what the lock is made of");
    return true;
}

}  // namespace tally::process

namespace tally {

// A machine whose words work in memory shared by processes.
template <class M>
concept process_machine = native_machine<M> && M::crosses_processes;

}  // namespace tally
