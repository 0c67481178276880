// SPDX-License-Identifier: MIT
#include "counters/striped.hpp"

#include <memory>

#include "kit/catch2.hpp"
#include "machines/native.hpp"

namespace {

using machine = tally::native<tally::waiting::spin>;
using counter = tally::striped<machine>;

}  // namespace

TEST_CASE("what a thread added is counted after the thread is gone") {
    counter number;
    for (unsigned wave = 0; wave != 3; ++wave)
        machine::team::run(4, [&](unsigned) {
            counter::node mine;
            for (int round = 0; round != 1000; ++round)
                number.add(mine, 1);
        });
    CHECK(number.read() == 12000);
}

TEST_CASE("a node may outlive its counter") {
    counter::node mine;
    {
        counter number;
        number.add(mine, 1);
        CHECK(number.read() == 1);
    }
    counter other;
    other.add(mine, 2);
    CHECK(other.read() == 2);
}

TEST_CASE("a node is not fooled by a new counter at the old address") {
    counter::node mine;
    alignas(counter) unsigned char place[sizeof(counter)];
    auto* number = new (place) counter;
    number->add(mine, 5);
    std::destroy_at(number);
    number = new (place) counter;
    number->add(mine, 1);
    CHECK(number->read() == 1);
    std::destroy_at(number);
}

TEST_CASE("one node serves two counters in turn") {
    counter a;
    counter b;
    counter::node mine;
    for (int round = 0; round != 3; ++round) {
        a.add(mine, 1);
        b.add(mine, 10);
    }
    CHECK(a.read() == 3);
    CHECK(b.read() == 30);
}

TEST_CASE("a striped counter is exact while its nodes come and go") {
    counter number;
    machine::team::run(4, [&](unsigned) {
        for (int life = 0; life != 100; ++life) {
            counter::node mine;
            for (int round = 0; round != 2000; ++round)
                number.add(mine, 1);
        }
    });
    CHECK(number.read() == 800000);
}
