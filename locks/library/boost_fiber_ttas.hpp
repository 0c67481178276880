// SPDX-License-Identifier: MIT
// Boost.Fiber's spin lock: test-and-test-and-set with a random delay.
//
// A waiter looks and pauses thirty-two times. Then it is meant to let others run at each look, by
// sleeping for no time; libstdc++ makes nothing of that, so it spins on without a pause. Who loses
// the swap pauses a random number of times, at most 2 to the power of its losses. Unfair.
// needs: Boost Boost::headers libboost-dev
#pragma once

#include <boost/fiber/detail/spinlock_ttas.hpp>

#include <string_view>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class boost_fiber_ttas {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Boost.Fiber spinlock_ttas"};
    static constexpr std::string_view note =
        "with libstdc++ a waiter never leaves the CPU: the sleep of no time by which it would is "
        "nothing";
    struct node {};

    void lock(node&) noexcept { mutex_.lock(); }
    bool try_lock(node&) noexcept { return mutex_.try_lock(); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    boost::fibers::detail::spinlock_ttas mutex_;
};

}  // namespace tally
