// SPDX-License-Identifier: MIT
// Concurrency Kit's spin locks, in the form in which C++ can read them.
//
// They are C. All that C++ refuses is that the swap of pointers gives a void*, which C assigns to
// any pointer; here it gives the type that it was given. The locks are static functions in
// headers, so they are inlined, as in their users' programs.
//
// Their atomics are inline assembly, which ThreadSanitizer does not see: see machines/unseen.hpp.
// It is told of each store of an int where that is made: CLH and the array lock read plain memory
// in unlock() before they release, so to tell it before unlock() would be too early.
//
// CK's HCLH lock is not in the catalogue: there a thread reads what its predecessor may still be
// writing, both as plain memory.
#pragma once

#include "machines/unseen.hpp"

extern "C" {
#include <ck_pr.h>
}

namespace tally::unseen {

inline void store(unsigned* target, unsigned value) {
    releasing(target);
    ck_pr_store_uint(target, value);
}

}  // namespace tally::unseen

extern "C" {
#define ck_pr_fas_ptr(target, value) static_cast<decltype(value)>(ck_pr_fas_ptr(target, value))
#define ck_pr_md_store_uint(target, value) ::tally::unseen::store(target, value)
#include <ck_spinlock.h>
#undef ck_pr_md_store_uint
#undef ck_pr_fas_ptr
}
