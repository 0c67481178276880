// SPDX-License-Identifier: MIT
#include "bench/environment.hpp"

#include <fmt/core.h>
#include <hwloc.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/version.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/build_info.hpp"
#include "bench/cpu_quota.hpp"
#include "bench/ticks.hpp"
#include "kit/child.hpp"
#include "kit/version.hpp"
#include "machines/left_out.hpp"
#include "machines/native.hpp"
#include "machines/native_team.hpp"
#include "machines/patience.hpp"
#include "runs/machine.hpp"

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace tally::bench {

namespace {

using json = nlohmann::ordered_json;

using runs::cpu_model;
using runs::cpuinfo;
using runs::not_known;

// The first line of a file, or "n/a".
std::string line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    return std::getline(file, line) && !line.empty() ? line : runs::not_known;
}

class topology {
public:
    topology() {
        loaded_ = hwloc_topology_init(&handle_) == 0 && hwloc_topology_load(handle_) == 0;
    }
    ~topology() {
        if (handle_ != nullptr) hwloc_topology_destroy(handle_);
    }
    topology(const topology&) = delete;
    topology& operator=(const topology&) = delete;

    json describe() const {
        if (!loaded_) return runs::not_known;
        json out;
        out["packages"] = count(HWLOC_OBJ_PACKAGE);
        out["cores"] = count(HWLOC_OBJ_CORE);
        out["hardware_threads"] = count(HWLOC_OBJ_PU);
        out["numa_nodes"] = count(HWLOC_OBJ_NUMANODE);
        json caches = json::array();
        for (const auto type : {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE}) {
            const auto object = hwloc_get_obj_by_type(handle_, type, 0);
            if (object == nullptr) continue;
            caches.push_back({{"level", object->attr->cache.depth},
                              {"bytes", object->attr->cache.size},
                              {"line", object->attr->cache.linesize},
                              {"hardware_threads", hwloc_bitmap_weight(object->cpuset)},
                              {"number", hwloc_get_nbobjs_by_type(handle_, type)}});
        }
        out["caches"] = caches;
        return out;
    }

private:
    int count(hwloc_obj_type_t type) const { return hwloc_get_nbobjs_by_type(handle_, type); }

    hwloc_topology_t handle_ = nullptr;
    bool loaded_ = false;
};

std::string virtualised() {
#if defined(__x86_64__) || defined(__i386__)
    const bool guest =
        (" " + runs::cpuinfo("flags") + " ").find(" hypervisor ") != std::string::npos;
    if (!guest) return "no";
    const auto product = line_of("/sys/class/dmi/id/product_name");
    return product != runs::not_known ? "yes: " + product : "yes";
#else
    return runs::not_known;
#endif
}

json libraries() {
    json out;
    for (const auto& [name, version] : build_info::libraries)
        out[name] = *version != '\0' ? version : runs::not_known;
    out["boost"] = BOOST_LIB_VERSION;
    out["hwloc"] = fmt::format("{}.{}.{}", HWLOC_API_VERSION >> 16U,
                               (HWLOC_API_VERSION >> 8U) & 0xFFU, HWLOC_API_VERSION & 0xFFU);
#if defined(__GLIBC__)
    out["glibc"] = gnu_get_libc_version();
#endif
#if defined(_GLIBCXX_RELEASE)
    out["libstdc++"] = fmt::format("{} ({})", _GLIBCXX_RELEASE, __GLIBCXX__);
#endif
    return out;
}

json left_out_subjects() {
    json out = json::array();
    for (const auto& entry : left_out())
        out.push_back({{"name", entry.name}, {"reason", entry.reason}});
    return out;
}

// Whether the sources (the results aside) differ from the revision.
bool sources_changed() {
    // Found through PATH by env: where there is no git, nothing is known of changes.
    const auto said = kit::run_child({"/usr/bin/env", "git", "-C", std::string(build_info::source),
                                      "status", "--porcelain", "--", ".", ":!results"},
                                     {.errors_apart = true});
    return said.status() == 0 && !said.output.empty();
}

// The program by its name only: where somebody keeps it is nobody's business.
std::string shown_command(const std::vector<std::string>& arguments) {
    std::string out;
    for (const auto& argument : arguments) {
        if (out.empty())
            out = argument.substr(argument.rfind('/') + 1);
        else
            out += ' ' + argument;
    }
    return out;
}

}  // namespace

std::string revision() {
    static const std::string known =
        std::string(kit::this_build.revision) +
        (std::string_view(kit::this_build.revision) != "unknown" && sources_changed() ? "-dirty"
                                                                                      : "");
    return known;
}

json describe_environment(const options& with, const calibration& calibrated) {
    utsname system{};
    uname(&system);
    double load[3] = {};
    const bool load_known = getloadavg(load, 3) == 3;

    measure_wake_up();
    json out;
    out["cpu"] = {{"model", runs::cpu_model()},
                  {"architecture", system.machine},
                  {"usable_cpus", native_team::cpus()},
                  {"topology", topology().describe()},
                  {"governor", line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
                  {"smt", line_of("/sys/devices/system/cpu/smt/control")},
                  {"quota", read_cpu_quota().shown()},
                  {"virtualised", virtualised()}};
    if (feigned_numa_nodes() != 0) out["cpu"]["feigned_numa_nodes"] = feigned_numa_nodes();
    out["system"] = {
        {"kernel", fmt::format("{} {}", system.sysname, system.release)},
        {"clock", line_of("/sys/devices/system/clocksource/clocksource0/current_clocksource")},
        {"load_average", load_known ? json(load[0]) : json(runs::not_known)}};
    out["build"] = {{"revision", revision()},
                    {"compiler", kit::this_build.compiler},
                    {"flags", build_info::flags},
                    {"libraries", libraries()},
                    {"left_out", left_out_subjects()}};
    out["run"] = {
        {"command_line", shown_command(with.command_line)},
        {"window_ns", with.length.count()},
        {"budget_ns", with.budget ? json(with.budget->count()) : json(runs::not_known)},
        {"warm_up_ns", with.warm_up.count()},
        {"repetitions", with.repetitions.most},
        {"settle", with.repetitions.settle ? json(*with.repetitions.settle) : json("off")},
        {"repeats_when_dirty", with.repeats_when_dirty}};
    out["calibration"] = {
        {"wait_clock", ticks_are_the_cpus ? "rdtscp" : "CLOCK_MONOTONIC"},
        {"clock_step_ns", calibrated.timing.step_ns},
        {"clock_read_ns", calibrated.timing.read_ns},
        {"sample_cost_ns", calibrated.timing.sample_ns},
        {"work_step_ns", calibrated.step_ns},
        {"pause_ns", pause_length_ns()},
        {"wake_up_ns", wake_up_ns() != 0 ? json(wake_up_ns()) : json(runs::not_known)},
        // Absent in runs whose calibration timed an empty loop: their sections
        // were longer than their names say.
        {"work_is_kept", true}};
    return out;
}

}  // namespace tally::bench
