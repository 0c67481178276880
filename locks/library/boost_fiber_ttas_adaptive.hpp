// SPDX-License-Identifier: MIT
// Boost.Fiber's spin lock that pauses for as long as earlier waits took.
//
// As boost_fiber_ttas.hpp, but the number of pauses before it lets others run depends on the
// average of earlier waits, which lies beside the lock's word and is written by each lock(); and in
// the end it yields, so a waiter does leave the CPU. The average is computed without a sign: one
// wait shorter than it makes it huge, and then the limits hold, 32 pauses and 64 looks. Unfair.
// needs: Boost Boost::headers libboost-dev
#pragma once

#include <boost/fiber/detail/spinlock_ttas_adaptive.hpp>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class boost_fiber_ttas_adaptive {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .next_holder_may_destroy = true,
                                        .cite = "Boost.Fiber spinlock_ttas_adaptive"};
    struct node {};

    void lock(node&) noexcept { mutex_.lock(); }
    bool try_lock(node&) noexcept { return mutex_.try_lock(); }
    void unlock(node&) noexcept { mutex_.unlock(); }

private:
    boost::fibers::detail::spinlock_ttas_adaptive mutex_;
};

}  // namespace tally
