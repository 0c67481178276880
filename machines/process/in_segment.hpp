// SPDX-License-Identifier: MIT
// A lock between threads, written against a machine, made a lock between processes: the lock and
// one node for each member lie in a segment of shared memory.
//
//   what_->lock    the lock, unchanged             (every member)
//   what_->node[]  what each member brings along   (its member, and whom the lock lets)
//
// The holder's death changes nothing in memory, and nobody looks: it is stuck.
#pragma once

#include <unistd.h>

#include "machines/process/contract.hpp"
#include "machines/process/segment.hpp"
#include "machines/process/shared_native.hpp"

namespace tally::process {

template <class Lock>
class in_segment {
public:
    in_segment(const lock_name& name, opening how)
        : what_(how == opening::create ? segment<held>::create(name.path(suffix))
                                       : segment<held>::attach(name.path(suffix))) {}

    entry lock(member me) {
        what_->lock.lock(what_->node[me.index]);
        return entry::acquired;
    }
    entry try_lock(member me) requires tally::try_lockable<Lock> {
        return what_->lock.try_lock(what_->node[me.index]) ? entry::acquired : entry::busy;
    }
    void unlock(member me) { what_->lock.unlock(what_->node[me.index]); }

    static void remove(const lock_name& name) { ::unlink(name.path(suffix).c_str()); }

private:
    static constexpr const char* suffix = ".segment";

    struct held {
        alignas(cache_line) Lock lock;
        typename Lock::node node[most_members];
    };
    segment<held> what_;
};

}  // namespace tally::process
