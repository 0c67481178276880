// SPDX-License-Identifier: MIT
// What the memory model allows: C++20 ([intro.races], [atomics.order]) without load buffering
// (program order and reads-from are acyclic).
//
//   coherence   A read or write of a location comes after everything on this location that
//               happens before it, and after every store that a read which happens before it
//               has read: the floor.
//   atomicity   A read-modify-write comes right after the store that it read.
//   seq_cst     Some total order of the seq_cst operations and fences agrees with strongly
//               happens before and with coherence order: P0668R5 (Boehm, Giroux, Vafeiadis 2018),
//               which follows Lahav et al., "Repairing Sequential Consistency in C/C++11"
//               (PLDI 2017).
//
// Happens-before itself is kept in the events' clocks.
#pragma once

#include "machines/checked/graph.hpp"

namespace tally::model {

// The oldest store of the location that a new access which knows `known` may read, or be placed
// after; none: the initial value.
stamp floor_of(const graph& g, std::uint16_t where, const clock& known) noexcept;

// Can the seq_cst operations and fences be put in one order?
bool seq_cst_agrees(const graph& g);

}  // namespace tally::model
