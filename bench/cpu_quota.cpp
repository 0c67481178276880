// SPDX-License-Identifier: MIT
#include "bench/cpu_quota.hpp"

#include <fmt/core.h>

#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include "runs/machine.hpp"

namespace tally::bench {

namespace {

bool lists(const std::string& commas, std::string_view word) {
    std::istringstream parts(commas);
    for (std::string part; std::getline(parts, part, ',');)
        if (part == word) return true;
    return false;
}

// Where a hierarchy of groups that may limit CPUs is to be seen.
struct hierarchy {
    bool unified;       // version 2
    std::string group;  // the one that `folder` shows: a container may see its own part only
    std::string folder;
};

// Of /proc/self/mountinfo: id, parent, device, root, mount point, options, tags, "-", type,
// source, options of the file system.
std::vector<hierarchy> hierarchies(const std::string& root) {
    std::vector<hierarchy> out;
    std::ifstream file(root + "/proc/self/mountinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream before(line);
        std::string id, parent, device, shown, folder;
        before >> id >> parent >> device >> shown >> folder;
        const auto dash = line.find(" - ");
        if (dash == std::string::npos) continue;
        std::istringstream after(line.substr(dash + 3));
        std::string type, source, options;
        after >> type >> source >> options;
        if (type == "cgroup2" || (type == "cgroup" && lists(options, "cpu")))
            out.push_back({type == "cgroup2", shown, root + folder});
    }
    return out;
}

// Of /proc/self/cgroup: "number:controllers:group"; version 2 has number 0 and no controllers.
std::optional<std::string> own_group(const std::string& root, bool unified) {
    std::ifstream file(root + "/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const auto controllers = line.substr(first + 1, second - first - 1);
        if (unified ? line.starts_with("0::") : lists(controllers, "cpu"))
            return line.substr(second + 1);
    }
    return std::nullopt;
}

// Adds what this one group says.
void add_group(cpu_quota& to, bool unified, const std::string& folder) {
    // Version 1: -1 is no quota. Version 2: "max" is.
    double quota = 0;
    double period = 0;
    if (unified) {
        std::ifstream file(folder + "/cpu.max");
        std::string first;
        if (!(file >> first >> period)) return;
        if (first != "max" && !(std::istringstream(first) >> quota)) return;
    } else {
        std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
        std::ifstream period_file(folder + "/cpu.cfs_period_us");
        if (!(quota_file >> quota) || !(period_file >> period)) return;
    }
    to.known = true;
    if (quota <= 0 || period <= 0) return;
    const double cpus = quota / period;
    if (!to.cpus || cpus < *to.cpus) to.cpus = cpus;
}

}  // namespace

std::string cpu_quota::shown() const {
    if (!known) return runs::not_known;
    if (!cpus) return "none";
    return fmt::format("{:.3g} CPU{}", *cpus, *cpus == 1 ? "" : "s");
}

std::vector<cpu_group> cpu_groups(const std::string& root) {
    std::vector<cpu_group> out;
    for (const auto& each : hierarchies(root)) {
        auto group = own_group(root, each.unified);
        if (!group) continue;
        // Relative to what is shown here; what lies outside cannot be read.
        if (each.group != "/")
            *group = group->starts_with(each.group) ? group->substr(each.group.size()) : "";
        if (*group == "/" || group->starts_with("/..")) group->clear();
        // This group, and each that it is in.
        for (;; group->resize(group->rfind('/'))) {
            out.push_back({each.unified, each.folder + *group});
            if (group->find('/') == std::string::npos) break;
        }
    }
    return out;
}

cpu_quota read_cpu_quota(const std::string& root) {
    cpu_quota out;
    for (const auto& each : hierarchies(root)) {
        // The root of version 2 has no cpu.max, because nothing can limit it: that is an answer too
        // where it has the controller, and its other file says so.
        if (!each.unified || each.group != "/" || !own_group(root, true)) continue;
        std::ifstream controllers(each.folder + "/cgroup.controllers");
        for (std::string word; controllers >> word;)
            out.known = out.known || word == "cpu";
    }
    for (const auto& each : cpu_groups(root))
        add_group(out, each.unified, each.folder);
    return out;
}

std::string warning_of(const cpu_quota& quota, unsigned cpus) {
    if (!quota.cpus || *quota.cpus >= cpus) return "";
    return fmt::format(
        "a quota allows {} of {}: threads are stopped while they hold locks,\n"
        "and the figures are the quota's as much as the locks'. Measure without one.\n",
        quota.shown(), cpus);
}

}  // namespace tally::bench
