// SPDX-License-Identifier: MIT
// A lock whose memory orders stand in a file that it includes.
#pragma once

#include "check/hostile/orders.hpp"

namespace tally::hostile {

template <class Machine>
class orders_elsewhere {
public:
    static constexpr lock_traits traits{.cite = "as many locks are written"};
    struct node {};
    void lock(node&) noexcept { take(busy_); }
    void unlock(node&) noexcept { give_back(busy_); }

private:
    typename Machine::template atomic<std::uint32_t> busy_{0};
};

}  // namespace tally::hostile
