// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <vector>

#include "bench/worker.hpp"
#include "kit/catch2.hpp"

using namespace tally::bench;

namespace {

struct place {
    board at;
    std::unique_ptr<worker_tally> tally = std::make_unique<worker_tally>();

    seat sit() { return {0, at, *tally}; }
};

}  // namespace

TEST_CASE("gaps between timed operations vary around their mean") {
    place here;
    here.at.sample_every = 10'000;
    here.at.longest_chunk = 1;
    sampling samples(here.sit());
    samples.restart(1000, 10'000);  // 10 ns each: one in a thousand
    std::uint64_t sum = 0;
    std::uint64_t least = ~0ULL;
    std::uint64_t most = 0;
    constexpr int draws = 20'000;
    for (int i = 0; i != draws; ++i) {
        const auto gap = samples.next_gap();
        sum += gap;
        least = std::min(least, gap);
        most = std::max(most, gap);
    }
    CHECK(static_cast<double>(sum) / draws == Approx(1000).epsilon(0.03));
    CHECK(least < 100);
    CHECK(most > 1900);
}

TEST_CASE("an operation that takes longer than the aim is timed every time") {
    place here;
    here.at.sample_every = 10'000;
    here.at.longest_chunk = 16;
    sampling samples(here.sit());
    samples.restart(10, 10'000'000);
    CHECK(samples.chunk() == 0);
    CHECK(samples.next_gap() == 1);
    CHECK(here.tally->sample_period == 1);
}

TEST_CASE("the end is looked for after each operation where an operation is slow") {
    place here;
    here.at.sample_every = 100'000;
    here.at.longest_chunk = 16;
    sampling fast(here.sit());
    fast.restart(1000, 10'000);
    CHECK(fast.chunk() == 16);
    sampling slow(here.sit());
    slow.restart(10, 50'000);
    CHECK(slow.chunk() == 1);
}

TEST_CASE("a full tally keeps an even sample of its whole window") {
    place here;
    here.at.sample_every = 1;
    here.at.longest_chunk = 1;
    sampling samples(here.sit());
    samples.restart(1, 1'000'000);
    constexpr std::uint64_t times = 5 * sample_capacity;
    for (std::uint64_t i = 0; i != times; ++i)
        samples.record(0, i + 1);
    CHECK(here.tally->samples <= sample_capacity);
    CHECK(here.tally->slowest == times);
    CHECK(here.tally->sample_period > 1);
    // The first is still there, and the last too: none were only dropped from one end.
    CHECK(here.tally->latency[0] == 1);
    CHECK(here.tally->latency[here.tally->samples - 1] == times);
}

TEST_CASE("samples in which nothing is timed are taken in the same loop") {
    place here;
    here.at.sample_every = 1;
    sampling samples(here.sit());
    samples.restart(1, 1);
    for (int i = 0; i != 1000; ++i)
        samples.record(1000, 1100);
    CHECK(here.tally->latency[0] == 100);
    CHECK(here.tally->nulls >= 250);
    CHECK(here.tally->nulls < 400);
    // Two readings of the clock take some time, and not much.
    std::vector<std::uint32_t> nulls(here.tally->null, here.tally->null + here.tally->nulls);
    std::sort(nulls.begin(), nulls.end());
    const double middle = nulls[nulls.size() / 2] * ns_per_tick();
    CHECK(middle > 1);
    CHECK(middle < 5000);
}
