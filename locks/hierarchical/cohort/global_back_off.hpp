// SPDX-License-Identifier: MIT
// A cohort's global lock with backoff: ttas_backoff.
//
// Where everything is explored it is ttas: there a delay is nothing, and the looks between two
// delays are only more of the same to explore.
#pragma once

#include <type_traits>

#include "locks/spin/ttas.hpp"
#include "locks/spin/ttas_backoff.hpp"
#include "machines/contract.hpp"

namespace tally {

template <class Machine>
using global_back_off =
    std::conditional_t<Machine::is_native, ttas_backoff<Machine>, ttas<Machine>>;

}  // namespace tally
