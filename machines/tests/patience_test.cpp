// How long a waiter that parks watches before it sleeps.
#include <sys/resource.h>

#include <atomic>
#include <deque>
#include <string>

#include "cmake/catch2.hpp"
#include "locks/queue/clh.hpp"
#include "locks/queue/mcs.hpp"
#include "locks/spin/ticket.hpp"
#include "machines/native.hpp"
#include "machines/native_team.hpp"
#include "machines/patience.hpp"

using namespace tally;

namespace {

using parking = native<waiting::park>;

// Whether there is a CPU for a waiter and for the one that it waits for.
bool two_cpus() {
    measure_wake_up();
    if (native_team::cpus() >= 2) return true;
    WARN("not tried: one CPU only, so nobody is woken on another");
    return false;
}

std::uint64_t sleeps_of_this_thread() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return static_cast<std::uint64_t>(usage.ru_nvcsw);
}

// Two threads hand a lock to each other, and each keeps it as long as a wake-up takes: just as
// long as the next one waits when the holder had to be woken.
template <template <class> class Lock>
double sleeps_per_hand_over() {
    constexpr unsigned rounds = 2000;
    Lock<parking> lock;
    const auto wake_up = static_cast<std::uint64_t>(wake_up_ns());
    std::atomic<std::uint64_t> sleeps{0};
    native_team::run(2, [&](unsigned) {
        typename Lock<parking>::node mine;
        const auto before = sleeps_of_this_thread();
        for (unsigned round = 0; round != rounds; ++round) {
            lock.lock(mine);
            pause_for_ns(wake_up);
            lock.unlock(mine);
        }
        sleeps.fetch_add(sleeps_of_this_thread() - before, relaxed);
    });
    return static_cast<double>(sleeps) / (2.0 * rounds);
}

template <template <class> class Lock>
void outlast_a_wake_up(const char* name) {
    INFO(name);
    // A thread that is thrown off its CPU meanwhile lets the other sleep, a few times.
    CHECK(sleeps_per_hand_over<Lock>() < 0.1);
}

}  // namespace

TEST_CASE("patience: with a CPU for each thread, nobody sleeps while another is being woken") {
    if (!two_cpus()) return;
    REQUIRE(wake_up_ns() > 0);
    outlast_a_wake_up<ticket>("ticket");
    outlast_a_wake_up<mcs>("mcs");
    outlast_a_wake_up<clh>("clh");
}

TEST_CASE("patience: a waiter has it only while there is a CPU for every waiter") {
    if (!two_cpus()) return;
    // What earlier cases left behind is forgotten.
    for (int i = 0; i != 1000; ++i)
        const counted_waiter alone;
    CHECK(counted_waiter().reads() > 0);
    {
        std::deque<counted_waiter> crowd;
        for (unsigned i = 0; i != native_team::cpus(); ++i)
            CHECK(crowd.emplace_back().reads() > 0);
        CHECK(crowd.emplace_back().reads() == 0);
    }
    // A crowd of which one is on its way is still a crowd, for a while.
    CHECK(counted_waiter().reads() == 0);
    for (int i = 0; i != 1000; ++i)
        const counted_waiter alone;
    CHECK(counted_waiter().reads() > 0);
}
