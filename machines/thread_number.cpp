// SPDX-License-Identifier: MIT
// The number that a thread has while it lives: the lowest that no other has.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdio>
#include <cstdlib>

#include "machines/native.hpp"

namespace tally {

namespace {

constexpr unsigned least = 16;
constexpr unsigned a_cpu = 8;
constexpr unsigned most = 4096;

std::atomic<std::uint64_t> taken[most / 64]{};
std::atomic<unsigned> expected{0};

[[noreturn]] void refuse() noexcept {
    std::fprintf(stderr, "tally: more than %u threads use a lock that has a place for each\n",
                 limit_of_threads());
    std::_Exit(2);
}

class held_number {
public:
    held_number() noexcept : number_(take()) {}
    ~held_number() {
        // release: pairs with the acquire in take(), by the number's next thread.
        taken[number_ / 64].fetch_and(~(std::uint64_t{1} << number_ % 64), release);
    }
    held_number(const held_number&) = delete;
    held_number& operator=(const held_number&) = delete;

    unsigned get() const noexcept { return number_; }

private:
    static unsigned take() noexcept {
        for (unsigned first = 0; first < limit_of_threads(); first += 64) {
            auto& word = taken[first / 64];
            // relaxed, here and below: the compare-exchange decides.
            for (std::uint64_t bits = word.load(relaxed); ~bits != 0;) {
                const auto free = static_cast<unsigned>(std::countr_one(bits));
                if (first + free >= limit_of_threads()) break;
                // acquire: pairs with the release of the number's last thread.
                if (word.compare_exchange_weak(bits, bits | std::uint64_t{1} << free, acquire,
                                               relaxed))
                    return first + free;
            }
        }
        refuse();
    }

    unsigned number_;
};

}  // namespace

unsigned this_thread_number() noexcept {
    thread_local const held_number mine;
    return mine.get();
}

void expect_threads(unsigned threads) noexcept {
    // One more: the thread that starts them.
    expected.store(std::max(expected.load(relaxed), threads + 1), relaxed);
}

unsigned limit_of_threads() noexcept {
    static const unsigned usual = std::max(least, a_cpu * native_team::cpus());
    return std::bit_ceil(std::min(most, std::max(usual, expected.load(relaxed))));
}

}  // namespace tally
