// SPDX-License-Identifier: MIT
// A window in which a CPU quota stopped the process measured the quota.
#include "bench/throttling.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "bench/cpu_quota.hpp"
#include "bench/subject.hpp"
#include "bench/tests/file_tree.hpp"
#include "bench/window.hpp"
#include "counters/fetch_add.hpp"
#include "kit/catch2.hpp"

using namespace tally;
using namespace tally::bench;
using namespace std::chrono_literals;
using tally::bench::tests::file_tree;

namespace {

using spinning = native<waiting::spin>;

window_record one_window(const throttling& groups, std::chrono::milliseconds length) {
    tally_sheet sheet;
    counter_contest<fetch_add<spinning>> on;
    const auto team = make_thread_team();
    return run_window({1, 1ms, length}, on, *team, sheet, {20, 50}, {}, groups);
}

// A group with a tenth of a CPU, beside or in one of ours. Empty if there may be none here.
class tight_group {
public:
    tight_group() {
        for (const auto& ours : cpu_groups()) {
            folder_ = ours.folder + "/tally-test-" + std::to_string(::getpid());
            if (::mkdir(folder_.c_str(), 0755) == -1) continue;
            if (ours.unified
                    ? write("cpu.max", "5000 50000")
                    : write("cpu.cfs_period_us", "50000") && write("cpu.cfs_quota_us", "5000"))
                return;
            ::rmdir(folder_.c_str());
        }
        folder_.clear();
    }
    ~tight_group() {
        if (!folder_.empty()) ::rmdir(folder_.c_str());
    }
    tight_group(const tight_group&) = delete;
    tight_group& operator=(const tight_group&) = delete;

    bool exists() const { return !folder_.empty(); }
    bool write(const std::string& file, const std::string& text) const {
        const int to = ::open((folder_ + "/" + file).c_str(), O_WRONLY | O_CLOEXEC);
        if (to == -1) return false;
        const bool written =
            ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size());
        ::close(to);
        return written;
    }

private:
    std::string folder_;
};

}  // namespace

TEST_CASE("throttling: what the groups count in either version is found") {
    file_tree two;
    two.add("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
        .add("/proc/self/cgroup", "0::/outer/inner")
        .add("/sys/fs/cgroup/cpu.stat", "usage_usec 5\nuser_usec 3\nsystem_usec 2")
        .add("/sys/fs/cgroup/outer/cpu.stat", "usage_usec 5\nnr_throttled 1\nthrottled_usec 10")
        .add("/sys/fs/cgroup/outer/inner/cpu.stat",
             "usage_usec 5\nnr_periods 9\nnr_throttled 2\nthrottled_usec 300");
    const throttling of_two(two.root());
    CHECK(of_two.known());
    CHECK(of_two.so_far() == 313);
    // Only the group around ours is stopped: we are stopped with it.
    two.add("/sys/fs/cgroup/outer/cpu.stat", "usage_usec 5\nnr_throttled 2\nthrottled_usec 10");
    CHECK(of_two.so_far() == 314);

    file_tree one;
    one.add("/proc/self/mountinfo", "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu")
        .add("/proc/self/cgroup", "2:cpu:/inner")
        .add("/sys/fs/cgroup/cpu/inner/cpu.stat", "nr_periods 5\nnr_throttled 4\nthrottled_time 7");
    CHECK(throttling(one.root()).so_far() == 11);

    file_tree none;
    const throttling of_none(none.root());
    CHECK_FALSE(of_none.known());
    CHECK(of_none.so_far() == 0);
}

TEST_CASE("throttling: a window in which the count grew is dirty") {
    file_tree files;
    files.add("/proc/self/mountinfo", "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu")
        .add("/proc/self/cgroup", "2:cpu:/")
        .add("/sys/fs/cgroup/cpu/cpu.stat", "nr_periods 5\nnr_throttled 4\nthrottled_time 70");
    const throttling groups(files.root());
    CHECK_FALSE(one_window(groups, 20ms).throttled);

    std::thread kernel([&] {
        std::this_thread::sleep_for(30ms);
        // In place, as long as before: what is open stays the same file.
        files.add("/sys/fs/cgroup/cpu/cpu.stat", "nr_periods 6\nnr_throttled 5\nthrottled_time 90");
    });
    const auto stopped = one_window(groups, 100ms);
    kernel.join();
    CHECK(stopped.throttled);
    CHECK(stopped.dirty);
}

TEST_CASE("throttling: a real quota makes its windows dirty") {
    const tight_group group;
    if (!group.exists()) {
        WARN("left out: no control group with a quota can be made here");
        return;
    }
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!group.write("cgroup.procs", "0")) ::_exit(2);
        const throttling groups;
        // A tenth of a CPU, in periods of 50 ms.
        ::_exit(!groups.known() ? 3 : one_window(groups, 300ms).throttled ? 0 : 4);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    INFO("2: cannot join the group, 3: it counts nothing, 4: not noticed");
    CHECK(WEXITSTATUS(status) == 0);
}
