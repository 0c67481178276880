// SPDX-License-Identifier: MIT
// Locks and unlocks so many times, each lock in a dump of its own: run under callgrind, the
// difference between two numbers of times is what a pair costs in instructions, exactly.
#include <valgrind/callgrind.h>

#include <cstdint>
#include <string>

#include "bench/tests/zero_cost/by_hand.hpp"
#include "locks/queue/mcs.hpp"
#include "locks/spin/ticket.hpp"
#include "locks/spin/ttas.hpp"
#include "machines/native.hpp"

namespace {

using machine = tally::native<tally::waiting::spin>;

template <class Lock>
[[gnu::noinline]] void pairs(Lock& lock, typename Lock::node& mine, std::uint64_t times) {
    for (std::uint64_t i = 0; i != times; ++i) {
        lock.lock(mine);
        asm volatile("" ::: "memory");
        lock.unlock(mine);
    }
}

template <class Lock>
void weigh(const std::string& name) {
    Lock lock;
    typename Lock::node mine;
    for (const std::uint64_t times : {std::uint64_t{1000}, std::uint64_t{2000}}) {
        // Named, because the macro keeps the address beyond its first expression.
        const std::string of_this = name + " " + std::to_string(times);
        CALLGRIND_ZERO_STATS;
        pairs(lock, mine, times);
        CALLGRIND_DUMP_STATS_AT(of_this.c_str());
    }
}

}  // namespace

int main() {
    weigh<tally::ttas<machine>>("ttas machine");
    weigh<tally::by_hand::ttas>("ttas hand");
    weigh<tally::ticket<machine>>("ticket machine");
    weigh<tally::by_hand::ticket>("ticket hand");
    weigh<tally::mcs<machine>>("mcs machine");
    weigh<tally::by_hand::mcs>("mcs hand");
    weigh<tally::by_hand::ttas_with_a_needless_read>("heavier hand");
}
