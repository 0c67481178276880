// SPDX-License-Identifier: MIT
// A counter between processes that is exact whoever is killed, and whenever.
//
//   mutex_      a robust mutex: the next one in is told that the owner died
//   count_      the sum of all that was added
//   done_[m]    how many additions of member m are in the sum
//   redo_       the addition that is being made: what the two will be   (valid while armed)
//
// An addition writes two words, and a death between them would leave one. So it is written down
// first: fill in the redo record, arm it, write the two words, disarm it. Who is told of a death
// and finds the record armed writes the two words again, which changes nothing if they had been
// written (redo by value, not by difference), and disarms it. Dying while doing that is no
// different from dying before.
//
// Invariant, whenever the mutex is held and the record is not armed: count_ is the sum of done_.
// Every addition is in both, or in neither. A member that is started again reads its done_ and
// knows whether its last addition was made: exactly once, over any number of deaths.
//
// A death here is of a process: what it stored is in memory, in its program's order as the other
// CPUs see it through the mutex. It is no protection from a loss of power.
// Redo logging: Mohan et al. 1992 (ARIES); robust mutexes: POSIX.1-2008.
#pragma once

#include <array>
#include <cstdint>

#include "locks/process/pshared_robust.hpp"
#include "machines/process/contract.hpp"
#include "machines/process/segment.hpp"
#include "machines/process/shared_native.hpp"

namespace tally::process {

enum class redo_log : bool { kept, left_out };  // left_out: the broken one, for the tests

template <process_machine Machine, redo_log Log = redo_log::kept>
class robust_counter {
    template <class T>
    using plain = typename Machine::template plain<T>;

public:
    robust_counter(const lock_name& name, opening how)
        : mutex_(name, how),
          held_(how == opening::create ? segment<held>::create(name.path(suffix))
                                       : segment<held>::attach(name.path(suffix))) {}

    // Adds n, once. Returns how many additions of this member are now in the sum.
    std::uint64_t add(member me, std::uint64_t n) {
        enter(me);
        const auto number = held_->done[me.index].read() + 1;
        if constexpr (Log == redo_log::kept) {
            // plain::write() is a compiler barrier: the stores leave in this order, and who takes
            // the mutex after our death sees each with all before it.
            held_->redo_member.write(me.index);
            held_->redo_count.write(held_->count.read() + n);
            held_->redo_done.write(number);
            held_->armed.write(1);
            redo();
        } else {
            held_->count.write(held_->count.read() + n);
            held_->done[me.index].write(number);
        }
        mutex_.unlock(me);
        return number;
    }

    // How many additions of `of` are in the sum.
    std::uint64_t done(member me, member of) {
        enter(me);
        const auto number = held_->done[of.index].read();
        mutex_.unlock(me);
        return number;
    }

    struct state {
        std::uint64_t count = 0;
        std::array<std::uint64_t, most_members> done{};
    };
    // All of it, at one moment.
    state read(member me) {
        enter(me);
        state now;
        now.count = held_->count.read();
        for (unsigned i = 0; i != most_members; ++i)
            now.done[i] = held_->done[i].read();
        mutex_.unlock(me);
        return now;
    }

    static void remove(const lock_name& name) {
        pshared_robust<Machine>::remove(name);
        ::unlink(name.path(suffix).c_str());
    }

private:
    static constexpr const char* suffix = ".count";

    void enter(member me) {
        if (mutex_.lock(me) == entry::owner_died && held_->armed.read() != 0) redo();
    }
    void redo() {
        held_->count.write(held_->redo_count.read());
        held_->done[held_->redo_member.read()].write(held_->redo_done.read());
        held_->armed.write(0);
    }

    struct held {
        plain<std::uint64_t> count{0};
        plain<std::uint64_t> redo_count{0};
        plain<std::uint64_t> redo_done{0};
        plain<std::uint32_t> redo_member{0};
        plain<std::uint32_t> armed{0};
        plain<std::uint64_t> done[most_members]{};
    };

    pshared_robust<Machine> mutex_;
    segment<held> held_;
};

}  // namespace tally::process
