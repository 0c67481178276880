// SPDX-License-Identifier: MIT
// A reader-writer lock under which readers that keep coming starve a writer: it gets in when it
// happens to find nobody. Every claim that it makes holds; the page has to say which it does not.
#pragma once

#include "machines/contract.hpp"

namespace tally::hostile {

template <class Machine>
class writers_starve {
public:
    static constexpr lock_traits traits{.cite = "as the simplest reader-writer locks"};
    struct node {};
    void lock(node&) noexcept {
        for (;;) {
            std::uint32_t nobody = 0;
            if (readers_.compare_exchange_strong(nobody, writer, acquire, relaxed)) return;
            readers_.await([](auto now) { return now == 0; }, relaxed);
        }
    }
    void unlock(node&) noexcept { readers_.signal(0, release); }
    void lock_shared(node&) noexcept {
        for (;;) {
            auto now = readers_.await([](auto n) { return n != writer; }, relaxed);
            if (readers_.compare_exchange_strong(now, now + 1, acquire, relaxed)) return;
        }
    }
    void unlock_shared(node&) noexcept {
        if (readers_.fetch_sub(1, release) == 1) readers_.notify_all();
    }

private:
    static constexpr std::uint32_t writer = 1U << 31U;
    typename Machine::template atomic<std::uint32_t> readers_{0};
};

}  // namespace tally::hostile
