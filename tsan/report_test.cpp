// SPDX-License-Identifier: MIT
// What ThreadSanitizer said is read rightly, however the compiler was told to name files.
#include "tsan/report.hpp"

#include <string>

#include "kit/catch2.hpp"

namespace {

using namespace tally::tsan;

// A report whose frames name their files below `root`.
std::string said(const std::string& root) {
    return "==================\n"
           "WARNING: ThreadSanitizer: data race (pid=1)\n"
           "  Write of size 8 at 0x7b0400000000 by thread T2:\n"
           "    #0 tally::native_plain::write(unsigned long) " +
           root +
           "machines/native.hpp:210:9 (tally-stress+0x1)\n"
           "    #1 tally::racy::add(unsigned long) " +
           root +
           "counters/racy.hpp:31:16 (tally-stress+0x2)\n"
           "\n"
           "  Previous read of size 8 at 0x7b0400000000 by thread T1:\n"
           "    #0 tally::racy::add(unsigned long) " +
           root + "counters/racy.hpp:30 (tally-stress+0x3)\n";
}

}  // namespace

TEST_CASE("tsan: a report's place is known, whether the compiler named files absolutely or not") {
    for (const char* root :
         {"/home/a/tally/", "/home/a/tally/build/tsan/../../", "../../", "./", ""}) {
        INFO("root: " << root);
        const auto reports = reports_in(said(root));
        REQUIRE(reports.size() == 1);
        CHECK(reports[0].kind == "data race");
        REQUIRE(reports[0].accesses.size() == 2);
        CHECK(same_place(reports[0].accesses[0], "/home/a/tally/counters/racy.hpp:31"));
        CHECK(same_place(reports[0].accesses[1], "/home/a/tally/counters/racy.hpp:30"));
        CHECK_FALSE(same_place(reports[0].accesses[0], "/home/a/tally/counters/racy.hpp:30"));
        CHECK_FALSE(same_place(reports[0].accesses[0], "/home/a/tally/counters/locked.hpp:31"));
    }
}

TEST_CASE("tsan: two places are one only when all of the shorter path agrees") {
    CHECK(same_place("../../locks/queue/mcs.hpp:7", "/a/locks/queue/mcs.hpp:7"));
    CHECK(same_place("/a/locks/queue/mcs.hpp:7", "locks/queue/mcs.hpp:7"));
    CHECK_FALSE(same_place("../../locks/queue/mcs.hpp:7", "/a/locks/queue/my_mcs.hpp:7"));
    CHECK_FALSE(same_place("cs.hpp:7", "/a/locks/queue/mcs.hpp:7"));
    CHECK_FALSE(same_place("../../locks/queue/mcs.hpp:7", "/a/locks/queue/mcs.hpp:77"));
    CHECK_FALSE(same_place("/b/locks/queue/mcs.hpp:7", "/a/locks/queue/mcs.hpp:7"));
    CHECK_FALSE(same_place("", "/a/locks/queue/mcs.hpp:7"));
}
