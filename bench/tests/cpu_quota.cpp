// SPDX-License-Identifier: MIT
// The quota is read in both versions of control groups, as they look on real systems.
#include "bench/cpu_quota.hpp"

#include <string>

#include "bench/tests/file_tree.hpp"
#include "kit/catch2.hpp"

using namespace tally::bench;

namespace {

using tree = tests::file_tree;

const std::string v1_mounts =
    "20 1 254:0 / / rw - ext4 /dev/root rw\n"
    "32 31 0:29 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";
const std::string v1_groups = "3:cpuset:/elsewhere\n2:cpu,cpuacct:/outer/inner\n0::/";

tree& add_v1(tree& to, const std::string& group, const std::string& quota) {
    const std::string folder = "/sys/fs/cgroup/cpu,cpuacct" + group;
    return to.add(folder + "/cpu.cfs_quota_us", quota).add(folder + "/cpu.cfs_period_us", "100000");
}

}  // namespace

TEST_CASE("cpu quota: version 1, and the tightest of the groups around") {
    tree files;
    files.add("/proc/self/mountinfo", v1_mounts).add("/proc/self/cgroup", v1_groups);
    add_v1(files, "", "-1");
    add_v1(files, "/outer", "-1");
    add_v1(files, "/inner", "1000");  // another's
    add_v1(files, "/outer/inner", "-1");
    CHECK(read_cpu_quota(files.root()).shown() == "none");
    add_v1(files, "/outer/inner", "400000");
    CHECK(read_cpu_quota(files.root()).shown() == "4 CPUs");
    add_v1(files, "/outer", "150000");
    CHECK(read_cpu_quota(files.root()).shown() == "1.5 CPUs");
}

TEST_CASE("cpu quota: version 1 in a container, which sees its own part") {
    tree files;
    files
        .add("/proc/self/mountinfo",
             "33 31 0:30 /docker/4f /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct")
        .add("/proc/self/cgroup", "2:cpu,cpuacct:/docker/4f\n0::/");
    add_v1(files, "", "50000");
    CHECK(read_cpu_quota(files.root()).shown() == "0.5 CPUs");
}

TEST_CASE("cpu quota: version 2") {
    tree files;
    files
        .add("/proc/self/mountinfo",
             "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate")
        .add("/proc/self/cgroup", "0::/system.slice/one.service");
    CHECK(read_cpu_quota(files.root()).shown() == "n/a");
    files.add("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory");
    CHECK(read_cpu_quota(files.root()).shown() == "none");
    files.add("/sys/fs/cgroup/system.slice/one.service/cpu.max", "max 100000");
    CHECK(read_cpu_quota(files.root()).shown() == "none");
    files.add("/sys/fs/cgroup/system.slice/cpu.max", "50000 50000");
    CHECK(read_cpu_quota(files.root()).shown() == "1 CPU");
}

TEST_CASE("cpu quota: version 2 in a container with a namespace of its own") {
    tree files;
    files.add("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw")
        .add("/proc/self/cgroup", "0::/")
        .add("/sys/fs/cgroup/cpu.max", "25000 100000");
    CHECK(read_cpu_quota(files.root()).shown() == "0.25 CPUs");
}

TEST_CASE("cpu quota: what cannot be read is not known, and is not called none") {
    tree files;
    CHECK(read_cpu_quota(files.root()).shown() == "n/a");
    files.add("/proc/self/mountinfo", v1_mounts).add("/proc/self/cgroup", v1_groups);
    CHECK(read_cpu_quota(files.root()).shown() == "n/a");
    add_v1(files, "/outer/inner", "none of your business");
    CHECK(read_cpu_quota(files.root()).shown() == "n/a");
}

TEST_CASE("cpu quota: one warning, where it is below the CPUs") {
    CHECK(warning_of({}, 2).empty());
    CHECK(warning_of({true, {}}, 2).empty());
    CHECK(warning_of({true, 2.0}, 2).empty());
    CHECK(warning_of({true, 1.5}, 2).starts_with("a quota allows 1.5 CPUs of 2: "));
}
