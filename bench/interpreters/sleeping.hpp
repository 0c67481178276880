// SPDX-License-Identifier: MIT
// native<park> as interpreters wait: a thread that cannot have the lock sleeps in the kernel at
// once.
//
// CPython's lock is a semaphore up to 3.1, later a mutex and a condition variable (glibc's, which
// do not spin). Whether a waiter reads a while before it sleeps decides what a release costs: with
// CPython 2 a hundred byte codes end in a wake-up only if somebody sleeps.
#pragma once

#include "machines/native.hpp"

namespace tally::interpreters {

struct sleeps_at_once : parks_in_process<waiting::park> {
    static constexpr int patience = 0;
};

struct sleeping : native<waiting::park> {
    template <class T>
    using atomic = native_atomic<T, waiting::park, sleeps_at_once>;
};

}  // namespace tally::interpreters
