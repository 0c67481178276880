// SPDX-License-Identifier: MIT
// A lock that makes its state on first use, checked twice, with a relaxed pointer.
//
// Who finds the pointer set reads the state behind it without having acquired it: it may be read
// as it was before it was made.
#pragma once

#include "claims/specimen.hpp"

namespace tally::broken {

template <class Machine>
class double_checked_init {
    template <class T>
    using atomic = typename Machine::template atomic<T>;

    struct state {
        typename Machine::template plain<std::uint32_t> made{0};
        atomic<std::uint32_t> held{0};
    };

public:
    static constexpr lock_traits traits{.cite = "as ttas"};
    static constexpr specimen_traits specimen{
        .breaks = breakage::race,
        .how = "the pointer to the state is published and read relaxed: the state may be unmade",
        .source = "Meyers & Alexandrescu 2004, C++ and the Perils of Double-Checked Locking",
        .caught_by = {.checker = true},
        .missed_by = {.stress = true},
        .why_missed = "on x86 stores are seen in the order in which they were made",
        .weak_memory_only = true};
    struct node {};

    void lock(node&) {
        // acquire: pairs with the release in unlock().
        made_state().held.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }

    // relaxed: this thread has used the state in lock().
    void unlock(node&) noexcept { state_.load(relaxed)->held.signal_one(0, release); }

private:
    state& made_state() noexcept {
        // Wrong: relaxed, where acquire should pair with a release below.
        if (state* const already = state_.load(relaxed); already != nullptr) return use(*already);
        // Only one thread makes it; the lock that sees to that is right.
        making_.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
        if (state_.load(relaxed) == nullptr) {
            storage_.made.write(1);
            state_.store(&storage_, relaxed);  // wrong: must be release
        }
        making_.signal_one(0, release);
        return use(*state_.load(relaxed));
    }
    static state& use(state& s) noexcept {
        (void)s.made.read();
        return s;
    }

    state storage_;
    atomic<state*> state_{nullptr};
    atomic<std::uint32_t> making_{0};
};

}  // namespace tally::broken
