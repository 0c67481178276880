// SPDX-License-Identifier: MIT
// The machine that a run was made on: its name among the runs, and what is stored beside raw facts.
//
// Nothing that names a person, a host or an address.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace tally::runs {

// What stands for something that cannot be known.
inline constexpr const char* not_known = "n/a";

// The value of `key : value` in /proc/cpuinfo, or "n/a".
std::string cpuinfo(std::string_view key);

std::string cpu_model();

// A folder's name for this machine: its CPU's model and number of CPUs.
std::string machine_name();

// On what something was measured, and when.
struct provenance {
    std::string cpu;  // each empty where it was not recorded
    std::string kernel;
    std::string libc;
    std::string date;
    unsigned cpus = 0;

    bool recorded() const {
        return !(cpu.empty() && kernel.empty() && libc.empty() && date.empty());
    }
    // "<cpu>, Linux <kernel>, glibc <libc>, <date>", with a question mark for what is not recorded.
    std::string text() const;
};
// As an object of these five. Reading throws what the library throws for a value of the wrong type;
// a value that is missing is not recorded.
void to_json(nlohmann::json& out, const provenance& from);
void from_json(const nlohmann::json& in, provenance& to);

// Here and now.
provenance made_on();

}  // namespace tally::runs
