// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdlib>

#include "kit/catch2.hpp"
#include "machines/native.hpp"

using tally::native;
using tally::relaxed;
using tally::waiting;

// The environment is read once in a program: no other test asks for nodes.
TEST_CASE("threads are dealt round the nodes that the environment asks for") {
    using machine = native<waiting::spin>;
    REQUIRE(setenv("TALLY_NODES", "3", 1) == 0);  // NOLINT(concurrency-mt-unsafe)
    CHECK(machine::node_limit() == 3);
    std::atomic<unsigned> arrived{0};
    std::atomic<unsigned> seen{0};
    std::atomic<bool> as_numbered{true};
    machine::team::run(4, [&](unsigned) {
        const unsigned node = machine::node();
        if (node != machine::thread_number() % 3) as_numbered.store(false, relaxed);
        seen.fetch_or(1U << node, relaxed);
        // All live at once, so that no number is given twice.
        arrived.fetch_add(1, relaxed);
        while (arrived.load(relaxed) != 4)
            machine::yield();
    });
    CHECK(as_numbered.load());
    CHECK(seen.load() == 0b111U);
}
