// SPDX-License-Identifier: MIT
// The steps of a lock: included by orders_elsewhere.hpp.
#pragma once

#include "machines/contract.hpp"

namespace tally::hostile {

template <class Word>
void take(Word& busy) noexcept {
    // acquire: pairs with the release in give_back().
    busy.await_exchange(
        1, [](auto was) { return was == 0; }, acquire);
}

template <class Word>
void give_back(Word& busy) noexcept {
    // release: publishes the critical section to the next holder.
    busy.signal_one(0, release);
}

}  // namespace tally::hostile
