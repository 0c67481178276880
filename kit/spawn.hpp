// SPDX-License-Identifier: MIT
// Starting another program. Everything that starts one does it by this: run_child() where it runs
// to its end, talk where it is spoken with meanwhile.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tally::kit {

struct spawn_options {
    // The child's own 0, 1 and 2; -1 is /dev/null.
    std::array<int, 3> streams{-1, -1, -1};
    std::vector<std::string> environment{};  // NAME=value, in place of ours of that name
    bool own_group = false;                  // a signal to its group reaches all that it starts
    std::uint64_t file_limit = 0;  // bytes that a file of it may have, as on a full disk; 0: any
};

// Starts the program whose path is the command's first word. It is killed if the thread that
// started it ends. Throws std::system_error, which names the program, if it cannot be started.
pid_t spawn(const std::vector<std::string>& command, const spawn_options& how);

// A descriptor that is closed with its owner.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) noexcept : number_(number) {}
    ~descriptor() { close(); }
    descriptor(descriptor&& other) noexcept;
    descriptor& operator=(descriptor&& other) noexcept;

    int number() const noexcept { return number_; }
    bool is_open() const noexcept { return number_ >= 0; }
    void close() noexcept;

private:
    int number_ = -1;
};

struct pipe_ends {
    descriptor from;
    descriptor to;
};

// Neither end is inherited by another child. Throws std::system_error.
pipe_ends make_pipe();
// The same with a terminal of 100 columns for the end that is written to.
pipe_ends make_terminal();

// Waits for the end of a child, and kills it when the time is over. Returns its wait status;
// `killed` says whether it had to be.
int wait_for_end(pid_t child, std::chrono::steady_clock::time_point until, bool& killed);

}  // namespace tally::kit
