// SPDX-License-Identifier: MIT
// Programs drawn at random, each searched with the reduction and without it: both must have the
// same outcomes and the same execution graphs, and each replay string must lead to what it was
// printed for.
//
// Where an execution fails before its end, what would have come of it is not searched: then only
// the kinds of failure are compared.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "machines/checked/explorer.hpp"

namespace tally::model::tests {

enum class verb : std::uint8_t {
    load,
    store,
    exchange,
    fetch_add,
    compare_exchange,
    compare_exchange_weak,
    fence,
    await,
    await_exchange,
    await_for,
    wait,
    notify_one,
    notify_all,
    read,
    write,
    spin,
    spin_swap,   // until the swap takes what it waits for
    spin_try,    // the same, with a look before
    spin_or,     // until a bit was not set
    spin_edges,  // until what it reads has changed three times
    make,
};

// A kind of program: what its threads do, and how often.
struct mixture {
    std::string name;
    std::string sentence;
    std::vector<std::pair<verb, unsigned>> weights;
    // All threads do the same, and what they write may be their number: the reduced search tells
    // none from another. Outcomes and graphs are compared up to who is who.
    bool alike = false;
    // Also compared with the same loops unrolled, which end or give up after some turns: nothing of
    // those is left out.
    bool unrolled = false;
};

const std::vector<mixture>& mixtures();

// What both searches may leave out.
struct bounds {
    unsigned timeouts = 2;
    unsigned spurious = 1;
};

// Every pair of bounds that is tried with programs of this kind. Only where an await may run out of
// time, or a weak compare-exchange fail, is there more than one.
const std::vector<bounds>& bounds_of(const mixture& of);

struct comparison {
    bool compared = false;         // false: too large for the plain search, or failing
    std::uint64_t executions = 0;  // of the reduced search, unless it fails: failures have no graph
    std::uint64_t distinct = 0;
    std::string complaint;  // empty: the searches agree
};

// The plain search gives up after so many executions of a program, unless it is one that is
// unrolled.
inline constexpr std::uint64_t usual_largest = 10000;

// The program that this seed draws. `broken`: of the reduced search, for seeing it noticed.
comparison compare(const mixture& of, std::uint32_t seed, const bounds& with,
                   breakage broken = breakage::nothing, std::uint64_t largest = usual_largest);

}  // namespace tally::model::tests
