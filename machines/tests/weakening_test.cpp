// SPDX-License-Identifier: MIT
#include "machines/weakening.hpp"

#include "kit/catch2.hpp"
#include "machines/weakened_access.hpp"

using namespace tally;

TEST_CASE("a weakening is read from FILE:LINE:ORDER and with a column") {
    const auto asked = read_weakening("queue/mcs.hpp:54:acq_rel");
    CHECK(asked.place() == "queue/mcs.hpp:54");
    CHECK(asked.column == 0);
    CHECK(asked.to == std::memory_order_acq_rel);
    const auto one = read_weakening("mcs.hpp:54:13:seq_cst");
    CHECK(one.line == 54);
    CHECK(one.column == 13);
    CHECK(one.to == std::memory_order_seq_cst);
}

TEST_CASE("what was asked for means an access by the end of its file's path") {
    const auto asked = read_weakening("mcs.hpp:54:relaxed");
    CHECK(asked.means({"locks/queue/mcs.hpp", 54, 3}));
    CHECK(asked.means({"mcs.hpp", 54, 3}));
    CHECK_FALSE(asked.means({"locks/queue/my_mcs.hpp", 54, 3}));
    CHECK_FALSE(asked.means({"locks/queue/mcs.hpp", 55, 3}));
    CHECK_FALSE(read_weakening("mcs.hpp:54:4:relaxed").means({"mcs.hpp", 54, 3}));
}

TEST_CASE("what a record says of a weakened access is read back as what it is") {
    const weakening weaker{{"locks/queue/mcs.hpp", 54, 13}, false, std::memory_order_acquire};
    const weakened_access one(weaker, "exchange", std::memory_order_acq_rel);
    CHECK(one.text() == "mcs.hpp:54:acquire");
    CHECK(one.operation == "exchange");
    CHECK(one.orders() == "acq_rel -> acquire");
    CHECK(one.by.means(weaker.where));
    CHECK_FALSE(one.by.means({"locks/queue/mcs.hpp", 54, 20}));
    CHECK(read_weakening(one.text()).means(weaker.where));
    const weakened_access other({{"mcs.hpp", 7, 1}, true, std::memory_order_relaxed},
                                "compare_exchange", std::memory_order_acquire);
    CHECK(other.by.place() == "mcs.hpp:7");
    CHECK(other.operation == "compare_exchange (on failure)");
}

TEST_CASE("what is no weakening is refused with what would be one") {
    for (const auto& [text, why] :
         {std::pair{"", "there is no ORDER"}, std::pair{"mcs.hpp", "there is no ORDER"},
          std::pair{"mcs.hpp:54", "one of relaxed, acquire, release, acq_rel, seq_cst, not '54'"},
          std::pair{"mcs.hpp:0:relaxed", "a whole number from 1 on, not '0'"},
          std::pair{"mcs.hpp:relaxed", "there is no LINE"},
          std::pair{"mcs.hpp:x:relaxed", "a whole number from 1 on, not 'x'"},
          std::pair{":54:relaxed", "there is no FILE"},
          std::pair{"relaxed", "there is no ORDER"}}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(read_weakening(text), ContainsSubstring(why));
    }
}
