// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <thread>

#include "kit/catch2.hpp"
#include "machines/native.hpp"

namespace {

using tally::acquire;
using tally::native;
using tally::relaxed;
using tally::release;
using tally::waiting;

constexpr std::uint64_t millisecond = 1'000'000;

constexpr auto is_one = [](auto value) { return value == 1; };

template <class Machine, class T>
void times_out() {
    typename Machine::template atomic<T> word{0};
    const std::uint64_t begin = Machine::now();
    const T last = word.await_for(is_one, acquire, 3 * millisecond);
    CHECK(last == 0);
    CHECK(Machine::now() - begin >= 3 * millisecond);
}

template <class Machine, class T>
void is_woken() {
    typename Machine::template atomic<T> word{0};
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        word.signal(1, release);
    });
    // Long enough that only a wake-up can end it within the test's time.
    const T last = word.await_for(is_one, acquire, 600'000 * millisecond);
    other.join();
    CHECK(last == 1);
}

// Signals and time-outs cross: whatever the timed wait says, the value is there afterwards, and
// the waiters that stood back leave the table as it was.
template <class Machine>
void cross() {
    typename Machine::template atomic<std::uint32_t> turn{0};
    constexpr std::uint32_t rounds = 2'000;
    std::atomic<unsigned> timed_out{0};
    Machine::team::run(2, [&](unsigned me) {
        for (std::uint32_t mine = me; mine < rounds; mine += 2) {
            while (true) {
                const auto now = turn.await_for([=](auto value) { return value == mine; }, acquire,
                                                mine % 7 * 1'000);
                if (now == mine) break;
                timed_out.fetch_add(1, relaxed);
                if (mine % 3 == 0) turn.await([=](auto value) { return value == mine; }, acquire);
            }
            // The first signal is held back until a wait has run out of time, so that one has.
            while (mine == 0 && timed_out.load(relaxed) == 0)
                Machine::yield();
            turn.signal(mine + 1, release);
        }
    });
    CHECK(turn.load(relaxed) == rounds);
    CHECK(timed_out.load(relaxed) > 0);
}

template <class Machine>
void all() {
    times_out<Machine, std::uint32_t>();
    times_out<Machine, std::uint8_t>();
    is_woken<Machine, std::uint32_t>();
    is_woken<Machine, std::uint8_t>();
    cross<Machine>();
}

}  // namespace

TEST_CASE("await_for: spinning ends with the value or with the time") {
    all<native<waiting::spin>>();
}
TEST_CASE("await_for: yielding ends with the value or with the time") {
    all<native<waiting::yield>>();
}
TEST_CASE("await_for: parking ends with the value or with the time") {
    all<native<waiting::park>>();
}

TEST_CASE("a pause of so many nanoseconds takes about that long") {
    // The fastest of several: a busy machine makes it longer, and never shorter.
    std::uint64_t fastest = ~std::uint64_t{0};
    for (int trial = 0; trial != 200; ++trial) {
        const std::uint64_t from = tally::monotonic_ns();
        tally::pause_for_ns(20'000);
        fastest = std::min(fastest, tally::monotonic_ns() - from);
    }
    CHECK(fastest > 14'000);
    CHECK(fastest < 30'000);
}
