// SPDX-License-Identifier: MIT
// NUMA nodes: where the calling thread runs, and how many there are. Or as many as the
// environment's TALLY_NODES says: then threads are dealt round by their numbers, so that what is
// made for several nodes can be run and tested on a machine that has one.
#include <cstdio>
#include <cstdlib>

#include "machines/native.hpp"

#if defined(__linux__)
#include <sched.h>
#endif

namespace tally {

namespace {

constexpr unsigned most_nodes = 64;

unsigned read_feigned() noexcept {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here changes the environment.
    const char* const said = std::getenv("TALLY_NODES");
    if (said == nullptr || *said == '\0') return 0;
    char* end = nullptr;
    const unsigned long nodes = std::strtoul(said, &end, 10);
    if (*said < '0' || *said > '9' || *end != '\0' || nodes == 0 || nodes > most_nodes) {
        std::fprintf(stderr, "tally: TALLY_NODES needs a whole number from 1 to %u, got '%s'\n",
                     most_nodes, said);
        std::_Exit(2);
    }
    return static_cast<unsigned>(nodes);
}

// Bad input is refused before main(): a program that judges locks would take it for a lock's exit.
[[maybe_unused]] const unsigned refused_early = read_feigned();

// One more than the highest number that the system may give a node: "0-3", say, or "0,2".
unsigned count_nodes() noexcept {
    unsigned highest = 0;
#if defined(__linux__)
    if (std::FILE* const file = std::fopen("/sys/devices/system/node/possible", "re")) {
        char separator = ',';
        for (unsigned number = 0; std::fscanf(file, "%u", &number) == 1;) {
            highest = number;
            if (std::fscanf(file, "%c", &separator) != 1) break;
        }
        std::fclose(file);
    }
#endif
    return highest + 1;
}

}  // namespace

unsigned feigned_numa_nodes() noexcept {
    static const unsigned nodes = read_feigned();
    return nodes;
}

unsigned limit_of_numa_nodes() noexcept {
    static const unsigned nodes = feigned_numa_nodes() != 0 ? feigned_numa_nodes() : count_nodes();
    return nodes;
}

unsigned current_numa_node() noexcept {
    if (feigned_numa_nodes() != 0) return this_thread_number() % feigned_numa_nodes();
#if defined(__linux__)
    unsigned cpu = 0;
    unsigned node = 0;
    if (getcpu(&cpu, &node) == 0 && node < limit_of_numa_nodes()) return node;
#endif
    return 0;
}

}  // namespace tally
