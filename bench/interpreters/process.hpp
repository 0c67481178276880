// A child process with a deadline: what it said, and how it ended.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tally::interpreters {

struct outcome {
    bool started = false;
    bool timed_out = false;
    int status = -1;     // exit status; 128 + signal if it was killed
    std::string output;  // what it wrote to its standard output
    std::string errors;  // the last line that it wrote to its standard error
};

// Runs arguments[0] (a path) to its end; kills it at the deadline. Nothing on its input.
outcome run(const std::vector<std::string>& arguments, std::chrono::milliseconds deadline);

// A child that is talked to through its standard input and output. Its end is waited for when the
// object goes; it is killed if it does not end by itself when its input ends.
class conversation {
public:
    explicit conversation(const std::vector<std::string>& arguments);
    ~conversation();
    conversation(const conversation&) = delete;
    conversation& operator=(const conversation&) = delete;

    bool started() const noexcept { return child_ > 0; }
    int to() const noexcept { return to_; }
    int from() const noexcept { return from_; }

private:
    int child_ = -1;
    int to_ = -1;
    int from_ = -1;
};

}  // namespace tally::interpreters
