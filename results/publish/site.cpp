// SPDX-License-Identifier: MIT
#include "results/publish/site.hpp"

#include <fmt/core.h>

#include "kit/markdown.hpp"
#include "kit/statistics.hpp"
#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

std::string topology(const recorded& environment) {
    std::string result;
    for (const auto& [key, label] : {std::pair{"packages", "package"},
                                     {"cores", "core"},
                                     {"hardware_threads", "hardware thread"},
                                     {"numa_nodes", "NUMA node"}}) {
        const std::string value = environment.text(fmt::format("/cpu/topology/{}", key));
        if (value.empty()) continue;
        if (!result.empty()) result += ", ";
        result += fmt::format("{} {}{}", value, label, value == "1" ? "" : "s");
    }
    return result;
}

std::string libraries(const recorded& environment) {
    std::string result;
    for (const auto& [name, version] : environment.texts("/build/libraries")) {
        if (!result.empty()) result += ", ";
        result += fmt::format("{} {}", name, version);
    }
    return result;
}

std::string plan(const recorded& environment) {
    std::string result = environment.text("/run/repetitions");
    if (result.empty()) return result;
    if (const auto settle = environment.number("/run/settle")) {
        result = fmt::format(
            "{} to {} repetitions (a row ended once half its interval was at most {} of its "
            "median)",
            kit::fewest_for_interval, result, percent(*settle));
    } else {
        result += " repetitions";
    }
    result += ", interleaved at random";
    if (const auto length = environment.number("/run/window_ns")) {
        const bool capped = environment.number("/run/budget_ns").has_value();
        result += fmt::format(", windows of {}{}", capped ? "at most " : "", duration(*length));
    }
    return result;
}

}  // namespace

std::string site::link(const std::filesystem::path& target, const std::filesystem::path& from) {
    const auto whole = [](const std::filesystem::path& path) {
        const auto all = std::filesystem::absolute(path).lexically_normal();
        return all.has_filename() ? all : all.parent_path();  // "." ends in a slash
    };
    return whole(target).lexically_relative(whole(from)).generic_string();
}

std::filesystem::path workload_page(const std::string& machine, const std::string& workload) {
    return std::filesystem::path(machine) / (workload + ".md");
}

machine_facts describe(const run& from) {
    const recorded& environment = from.environment;
    machine_facts result;
    const std::string model = environment.text("/cpu/model");
    if (const auto cpus = environment.number("/cpu/usable_cpus"); cpus && *cpus >= 1 && *cpus < 1e6)
        result.cpus = static_cast<unsigned>(*cpus);
    result.title = kit::verbatim(model.empty() ? from.machine : model);
    if (result.cpus != 0) {
        result.title += fmt::format(", {} CPU{}", result.cpus, result.cpus == 1 ? "" : "s");
    }
    const auto add = [&](const char* label, std::string value) {
        result.listed.emplace_back(label, value.empty() ? "not recorded" : std::move(value));
    };
    add("CPU", model);
    add("topology", topology(environment));
    add("virtualised", environment.text("/cpu/virtualised"));
    add("governor", environment.text("/cpu/governor"));
    add("CPU quota", environment.text("/cpu/quota"));
    add("kernel", environment.text("/system/kernel"));
    add("revision", environment.text("/build/revision"));
    add("compiler", environment.text("/build/compiler"));
    add("flags", environment.text("/build/flags"));
    add("libraries", libraries(environment));
    add("plan", plan(environment));
    add("command line", environment.text("/run/command_line"));
    return result;
}

}  // namespace tally::results
