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

// On what, and when: {"cpu", "cpus", "kernel", "libc", "date"}.
nlohmann::json made_on();

}  // namespace tally::runs
