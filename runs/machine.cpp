// SPDX-License-Identifier: MIT
#include "runs/machine.hpp"

#include <hwloc.h>
#include <sys/utsname.h>

#include <cctype>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

#include "machines/native_team.hpp"

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace tally::runs {

namespace {

std::string model_by_topology() {
    hwloc_topology_t topology = nullptr;
    if (hwloc_topology_init(&topology) != 0) return not_known;
    std::string model = not_known;
    if (hwloc_topology_load(topology) == 0) {
        const auto package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
        const char* said =
            package != nullptr ? hwloc_obj_get_info_by_name(package, "CPUModel") : nullptr;
        if (said != nullptr) model = said;
    }
    hwloc_topology_destroy(topology);
    return model;
}

std::string now_in_utc() {
    char date[32] = "";
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return date;
}

}  // namespace

std::string cpuinfo(std::string_view key) {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || !line.starts_with(key)) continue;
        const auto value = line.find_first_not_of(" \t", colon + 1);
        if (value != std::string::npos) return line.substr(value);
    }
    return not_known;
}

std::string cpu_model() {
    const auto model = model_by_topology();
    return model != not_known ? model : cpuinfo("model name");
}

std::string machine_name() {
    std::string name;
    for (const char c : cpu_model() + "-" + std::to_string(native_team::cpus()) + "cpu") {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    return name;
}

std::string provenance::text() const {
    const auto said = [](const std::string& what) { return what.empty() ? "?" : what; };
    return said(cpu) + ", Linux " + said(kernel) + ", glibc " + said(libc) + ", " + said(date);
}

void to_json(nlohmann::json& out, const provenance& from) {
    out = {{"cpu", from.cpu},
           {"cpus", from.cpus},
           {"kernel", from.kernel},
           {"libc", from.libc},
           {"date", from.date}};
}

void from_json(const nlohmann::json& in, provenance& to) {
    to = {.cpu = in.value("cpu", ""),
          .kernel = in.value("kernel", ""),
          .libc = in.value("libc", ""),
          .date = in.value("date", ""),
          .cpus = in.value("cpus", 0U)};
}

provenance made_on() {
    utsname system{};
    ::uname(&system);
    return {
        .cpu = cpu_model(), .kernel = system.release,
#if defined(__GLIBC__)
        .libc = ::gnu_get_libc_version(),
#else
        .libc = not_known,
#endif
        .date = now_in_utc(), .cpus = native_team::cpus()
    };
}

}  // namespace tally::runs
