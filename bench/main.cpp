#include "bench/driver.hpp"
#include "kit/program.hpp"

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-bench", tally::bench::run, argc, argv);
}
