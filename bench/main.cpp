#include "bench/driver.hpp"

int main(int argc, char** argv) { return tally::bench::run(argc, argv); }
