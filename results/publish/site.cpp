// SPDX-License-Identifier: MIT
#include "results/publish/site.hpp"

#include <fmt/format.h>

#include "kit/markdown.hpp"
#include "kit/statistics.hpp"
#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

using nlohmann::json;

// The value below a path of keys, as text; empty if it is not recorded ("n/a" says the same).
std::string recorded(const json& environment, const char* pointer) {
    const json::json_pointer at(pointer);
    if (!environment.contains(at)) return "";
    const json& value = environment.at(at);
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    return text == "n/a" ? "" : text;
}

std::string topology(const json& environment) {
    std::string result;
    for (const auto& [key, label] : {std::pair{"packages", "package"},
                                     {"cores", "core"},
                                     {"hardware_threads", "hardware thread"},
                                     {"numa_nodes", "NUMA node"}}) {
        const std::string value =
            recorded(environment, fmt::format("/cpu/topology/{}", key).c_str());
        if (value.empty()) continue;
        if (!result.empty()) result += ", ";
        result += fmt::format("{} {}{}", value, label, value == "1" ? "" : "s");
    }
    return result;
}

std::string libraries(const json& environment) {
    std::string result;
    const json::json_pointer at("/build/libraries");
    if (!environment.contains(at) || !environment.at(at).is_object()) return result;
    for (const auto& [name, version] : environment.at(at).items()) {
        if (!version.is_string() || version == "n/a") continue;
        if (!result.empty()) result += ", ";
        result += fmt::format("{} {}", name, version.get<std::string>());
    }
    return result;
}

std::string plan(const json& environment) {
    std::string result = recorded(environment, "/run/repetitions");
    if (result.empty()) return result;
    const json::json_pointer settle("/run/settle");
    if (environment.contains(settle) && environment.at(settle).is_number()) {
        result = fmt::format(
            "{} to {} repetitions (a row ended once half its interval was at most {} of its "
            "median)",
            kit::fewest_for_interval, result, percent(environment.at(settle).get<double>()));
    } else {
        result += " repetitions";
    }
    result += ", interleaved at random";
    const json::json_pointer length("/run/window_ns");
    if (environment.contains(length) && environment.at(length).is_number()) {
        const bool capped = environment.contains(json::json_pointer("/run/budget_ns")) &&
                            environment.at(json::json_pointer("/run/budget_ns")).is_number();
        result += fmt::format(", windows of {}{}", capped ? "at most " : "",
                              duration(environment.at(length).get<double>()));
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
    const json& environment = from.environment;
    machine_facts result;
    const std::string model = recorded(environment, "/cpu/model");
    const json::json_pointer cpus("/cpu/usable_cpus");
    if (environment.contains(cpus) && environment.at(cpus).is_number_unsigned()) {
        result.cpus = environment.at(cpus).get<unsigned>();
    }
    result.title = kit::verbatim(model.empty() ? from.machine : model);
    if (result.cpus != 0) {
        result.title += fmt::format(", {} CPU{}", result.cpus, result.cpus == 1 ? "" : "s");
    }
    const auto add = [&](const char* label, std::string value) {
        result.listed.emplace_back(label, value.empty() ? "not recorded" : std::move(value));
    };
    add("CPU", model);
    add("topology", topology(environment));
    add("virtualised", recorded(environment, "/cpu/virtualised"));
    add("governor", recorded(environment, "/cpu/governor"));
    add("CPU quota", recorded(environment, "/cpu/quota"));
    add("kernel", recorded(environment, "/system/kernel"));
    add("revision", recorded(environment, "/build/revision"));
    add("compiler", recorded(environment, "/build/compiler"));
    add("flags", recorded(environment, "/build/flags"));
    add("libraries", libraries(environment));
    add("plan", plan(environment));
    add("command line", recorded(environment, "/run/command_line"));
    return result;
}

}  // namespace tally::results
