// SPDX-License-Identifier: MIT
// How long an answer takes: a client that asks through a pipe, one byte at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace tally::interpreters {

struct asking {
    int to = -1;    // the client's questions
    int from = -1;  // the answers
    unsigned questions = 100;
    // The client rests between an answer and the next question, at random between one and one
    // and a half times this, so that the one who answers is waiting again. Nanoseconds.
    std::uint64_t rest = 1'000'000;
    std::uint64_t seed = 1;
};

// Nanoseconds from each question to its answer, in order of asking. Fewer than were asked for if
// an answer takes more than 5 s or the other side is gone.
std::vector<std::uint64_t> ask(const asking& how);

// The value below which the given share lies (nearest rank). 0 of nothing.
std::uint64_t quantile(std::vector<std::uint64_t> values, double share);

}  // namespace tally::interpreters
