// SPDX-License-Identifier: MIT
// The loops whose work nobody reads, at two lengths each: run under callgrind, the difference shows
// whether the optimiser has left the work in them.
#include <valgrind/callgrind.h>

#include <cstdint>
#include <string>

#include "bench/calibrated_work.hpp"
#include "bench/workload_sections.hpp"
#include "locks/spin/ttas.hpp"
#include "machines/native.hpp"

namespace {

using namespace tally;
using machine = native<waiting::spin>;
using lock = ttas<machine>;

// As a worker of the sections workload has them: the shared area behind the lock, and its own.
void a_section(std::uint64_t critical, std::uint64_t outside) {
    bench::guarded_data<machine, lock> data;
    lock::node mine;
    bench::work_area own;
    bench::section<machine, lock> section(data, mine, own, {critical, outside});
    section.once<false>();
}

template <class Loop>
void weigh(const std::string& name, Loop loop) {
    for (const std::uint64_t steps : {std::uint64_t{1000}, std::uint64_t{2000}}) {
        // Named, because the macro keeps the address beyond its first expression.
        const std::string of_this = name + " " + std::to_string(steps);
        CALLGRIND_ZERO_STATS;
        loop(steps);
        CALLGRIND_DUMP_STATS_AT(of_this.c_str());
    }
}

}  // namespace

int main() {
    weigh("inside section", [](std::uint64_t steps) { a_section(steps, 0); });
    weigh("outside section", [](std::uint64_t steps) { a_section(0, steps); });
    weigh("local area", [](std::uint64_t steps) {
        bench::work_area area;
        bench::work(area, steps);
    });
    bench::time_steps_ns(1);  // so that looking up the clock is not counted
    weigh("calibration loop", [](std::uint64_t steps) { bench::time_steps_ns(steps); });
}
