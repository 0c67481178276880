// SPDX-License-Identifier: MIT
// Locks between processes that are none, each with the claim that must catch it.
#include "locks/process/shared_futex.hpp"
#include "locks/spin/ticket.hpp"
#include "machines/process/in_segment.hpp"
#include "stress/process/catalogue.hpp"

namespace tally::process_stress {

namespace {

using machine = shared_native<waiting::park>;
using process::entry;
using process::member;

// No lock at all.
struct nothing_held : process::in_segment<process::three_state_word<machine>> {
    using process::in_segment<process::three_state_word<machine>>::in_segment;
    static constexpr process::lock_traits traits{.rests_on = "nothing", .cite = "none"};
    entry lock(member) { return entry::acquired; }
    entry try_lock(member) { return entry::acquired; }
    void unlock(member) {}
};

// A lock between threads put into shared memory unchanged: its futexes are private, so a wake
// never reaches a sleeper of another process.
struct private_futex : process::in_segment<process::three_state_word<native<waiting::park>>> {
    using process::in_segment<process::three_state_word<native<waiting::park>>>::in_segment;
    static constexpr process::lock_traits traits{.rests_on = "shared memory", .cite = "none"};
};

// A lock of the process, not of the machine: every process has one of its own.
struct own_copy {
    own_copy(const process::lock_name&, process::opening) {}
    static constexpr process::lock_traits traits{.rests_on = "private memory", .cite = "none"};
    entry lock(member) {
        lock_.lock(node_);
        return entry::acquired;
    }
    entry try_lock(member) { return lock_.try_lock(node_) ? entry::acquired : entry::busy; }
    void unlock(member) { lock_.unlock(node_); }
    static void remove(const process::lock_name&) {}

private:
    process::three_state_word<native<waiting::park>> lock_;
    process::three_state_word<native<waiting::park>>::node node_;
};

// Its try_lock waits.
struct patient_try : shared_futex<machine> {
    using shared_futex<machine>::shared_futex;
    entry try_lock(member me) { return lock(me); }
};

// Claims an order that it does not keep: the last arrival is as welcome as the first.
struct not_fifo : shared_futex<machine> {
    using shared_futex<machine>::shared_futex;
    static constexpr process::lock_traits traits{
        .order = admission::fifo, .rests_on = "shared memory", .cite = "none"};
    entry lock(member me) {
        while (try_lock(me) == entry::busy)
            spin_hint();
        return entry::acquired;
    }
};

// Claims that the kernel looks after it.
struct not_released : shared_futex<machine> {
    using shared_futex<machine>::shared_futex;
    static constexpr process::lock_traits traits{
        .holder_killed = process::fate::released, .rests_on = "shared memory", .cite = "none"};
};

template <class Lock>
void enter(catalogue& into, const std::string& name, const std::string& caught_by) {
    into.locks.push_back(make_entry<Lock>("broken/" + name, name, "itself"));
    into.locks.back().caught_by = caught_by;
}

}  // namespace

void fill_with_broken(catalogue& into) {
    enter<nothing_held>(into, "nothing_held", "exclusion");
    enter<own_copy>(into, "own_copy", "no_lost_update");
    enter<private_futex>(into, "private_futex", "no_lost_update");
    enter<patient_try>(into, "patient_try", "try_does_not_block");
    enter<not_fifo>(into, "not_fifo", "fifo");
    enter<not_released>(into, "not_released", "fate");
}

}  // namespace tally::process_stress
