// SPDX-License-Identifier: MIT
// A contest: one strategy, freshly made, that a team is about to work on. A strategy: how to
// make one. Hot loops are inside; one virtual call per worker and window is outside.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/worker.hpp"
#include "claims/properties.hpp"
#include "machines/contract.hpp"
#include "machines/subject.hpp"

namespace tally::process {
struct lock_name;
enum class opening : std::uint8_t;
}  // namespace tally::process

namespace tally::bench {

class contest {
public:
    virtual ~contest() = default;
    // One worker's part, from the gate to the end. Runs on the worker's own thread.
    virtual void work(seat s) = 0;
    // The count. Exact when no worker is at work.
    virtual std::uint64_t counted() const = 0;
};

// Where the data lies that a lock protects.
enum class data_layout : std::uint8_t {
    with,   // directly behind the lock, in its cache line where that has room
    apart,  // on lines of its own
};

// Steps of calibrated work: see calibrated_work.hpp.
struct section_steps {
    std::uint64_t critical = 0;
    std::uint64_t outside = 0;
};

// One strategy in one kind of waiting.
struct strategy {
    subject_info info;
    std::string_view kind;     // "lock", "counter", "process_lock"
    std::string_view waiting;  // "spin", "yield", "park"; "itself": a library decides;
                               // "none": nobody waits for anybody
    counter_traits traits;
    std::unique_ptr<contest> (*make_counter)();
    std::unique_ptr<contest> (*make_sections)(section_steps);  // null: it has no inside
    // Of a lock between processes, which has nothing else: makes it, or opens what was made.
    std::unique_ptr<contest> (*make_process)(const process::lock_name&, process::opening) = nullptr;
    // Of a lock whose line the count shares: the count on a line of its own. Null: of any other.
    std::unique_ptr<contest> (*make_counter_apart)() = nullptr;
    std::string_view note = {};  // what must be known with its figures; from its own file
    stress::properties is = {};
};

struct catalogue {
    std::vector<strategy> strategies;
};

}  // namespace tally::bench
