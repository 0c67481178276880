// SPDX-License-Identifier: MIT
// Another process of this program, started with posix_spawn, and never left behind.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::process {

class child {
public:
    // Starts this program's own file with these arguments. The child is killed when the thread
    // that started it ends, if it calls die_with_parent(). Throws std::system_error.
    static child start(const std::vector<std::string>& arguments);
    // Takes over a process that was made by other means.
    explicit child(pid_t pid) noexcept : pid_(pid) {}

    child(child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    child& operator=(child&& other) noexcept {
        std::swap(pid_, other.pid_);
        return *this;
    }
    // Kills it if it still runs, and waits for its end.
    ~child();

    pid_t pid() const noexcept { return pid_; }
    void signal(int number) const noexcept;
    // SIGKILL, and waits for its end. Returns when the kernel has cleaned up after it.
    void kill() noexcept;
    // Its wait status, once it has ended; nothing if it has not within the time.
    std::optional<int> ended_within(std::uint64_t nanoseconds);

private:
    pid_t pid_;
};

// Called first in a child: it is killed when its parent ends, in whatever way.
void die_with_parent(pid_t parent) noexcept;

}  // namespace tally::process
