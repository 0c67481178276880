// SPDX-License-Identifier: MIT
// The process locks as the tests see them: by name, behind one virtual interface, so that the
// programs that attack them are compiled once.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "machines/process/contract.hpp"
#include "machines/process/shared_native.hpp"
#include "machines/subject.hpp"

namespace tally::process_stress {

class any_lock {
public:
    virtual ~any_lock() = default;
    virtual process::entry lock(process::member) = 0;
    virtual process::entry try_lock(process::member) = 0;
    virtual void unlock(process::member) = 0;
};

struct subject_entry {
    std::string name;     // as the rows call it: the lock's, and its waiting where it has several
    std::string lock;     // the file's
    std::string waiting;  // spin, yield, park, or itself
    process::lock_traits traits;
    std::unique_ptr<any_lock> (*open)(const process::lock_name&, process::opening);
    void (*remove)(const process::lock_name&);
    std::string caught_by = {};  // of a broken one: the claim that must refute it
};

struct catalogue {
    std::vector<subject_entry> locks;
};

template <class Lock>
class held_lock final : public any_lock {
public:
    held_lock(const process::lock_name& name, process::opening how) : lock_(name, how) {}
    process::entry lock(process::member me) override { return lock_.lock(me); }
    process::entry try_lock(process::member me) override { return lock_.try_lock(me); }
    void unlock(process::member me) override { lock_.unlock(me); }

private:
    Lock lock_;
};

template <class Lock>
subject_entry make_entry(std::string name, std::string file_name, std::string_view waiting) {
    static_assert(process::lock_agrees<Lock>());
    return {std::move(name),
            std::move(file_name),
            std::string(waiting),
            Lock::traits,
            [](const process::lock_name& lock, process::opening how) -> std::unique_ptr<any_lock> {
                return std::make_unique<held_lock<Lock>>(lock, how);
            },
            [](const process::lock_name& lock) { Lock::remove(lock); }};
}

// A lock whose waiting is its own is entered once; others in each kind.
template <class Subject>
void enter_process_lock(catalogue& into) {
    const std::string name(Subject::info.name);
    using parking = typename Subject::template on<shared_native<waiting::park>>;
    if constexpr (parking::traits.waiting == waits::itself) {
        into.locks.push_back(make_entry<parking>(name, name, "itself"));
    } else {
        using spinning = typename Subject::template on<shared_native<waiting::spin>>;
        using yielding = typename Subject::template on<shared_native<waiting::yield>>;
        into.locks.push_back(make_entry<spinning>(name + "/spin", name, "spin"));
        into.locks.push_back(make_entry<yielding>(name + "/yield", name, "yield"));
        into.locks.push_back(make_entry<parking>(name + "/park", name, "park"));
    }
}

void fill(catalogue&);
// The broken ones, which the claims must refute: see broken.cpp.
void fill_with_broken(catalogue&);

// Every lock, the broken ones included; sorted by name. Made once.
const std::vector<subject_entry>& all_locks();
// Exits with status 2 and one line that names the nearest, if there is none of that name.
const subject_entry& lock_called(const std::string& name);

}  // namespace tally::process_stress
