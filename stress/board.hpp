// SPDX-License-Identifier: MIT
// The board: where each thread of the running claim stands. It disturbs the threads, too, since
// it is told of their every step.
//
//   place.where      the step, or waiting    (its thread)
//   place.moves      steps taken so far      (its thread)
//   place.clock      reads its thread's CPU time
//
// All of it is relaxed: the board must not order what the claims are there to see unordered.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "claims/claim.hpp"
#include "machines/contract.hpp"
#include "stress/line_up.hpp"

namespace tally::stress {

// How much threads dawdle at random, outside and inside the lock.
enum class mood : std::uint8_t { brisk, uneven, sluggish };

class board final : public observer {
public:
    explicit board(unsigned most_threads);
    ~board();
    board(const board&) = delete;
    board& operator=(const board&) = delete;

    // One attempt at a claim, between begin and end. `what` names lock and claim.
    void begin(std::string what, const script& attempt, mood how);
    void end() noexcept;

    void line_up(unsigned thread, unsigned threads) noexcept override;
    void at(unsigned thread, step where) noexcept override;
    void until_announced(unsigned thread) noexcept override;
    void until_seen_waiting(unsigned thread) noexcept override;

    // For the watchdog, from its own thread.
    bool running() const noexcept { return running_.load(std::memory_order_acquire); }
    std::uint64_t moves() const noexcept;
    // The claim and its attempt in one line, then a line per thread.
    std::string describe() const;
    const std::string& what() const noexcept { return what_; }

private:
    friend void announce_waiting() noexcept;
    struct place;

    void dawdle(place& mine) noexcept;

    const unsigned most_threads_;
    const std::unique_ptr<place[]> places_;
    starting_line line_;
    std::string what_;
    script attempt_{};
    mood mood_ = mood::brisk;
    std::atomic<bool> running_{false};
};

}  // namespace tally::stress
