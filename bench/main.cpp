// SPDX-License-Identifier: MIT
#include "bench/driver.hpp"
#include "bench/process/team.hpp"
#include "kit/judge.hpp"
#include "kit/program.hpp"

int main(int argc, char** argv) {
    using namespace tally;
    // A worker's end is seen by its team.
    if (bench::called_as_worker(argc, argv))
        return kit::run_program("tally-bench", bench::run, argc, argv);
    return kit::run_judged("tally-bench", bench::run, argc, argv);
}
