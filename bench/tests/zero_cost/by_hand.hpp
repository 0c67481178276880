// SPDX-License-Identifier: MIT
// Three locks as one would write them with std::atomic, without a machine: what the same locks
// of the catalogue are weighed against. Keep each step for step like its twin in locks/.
#pragma once

#include <atomic>
#include <cstdint>

namespace tally::by_hand {

inline void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield" ::: "memory");
#endif
}

class ttas {
public:
    struct node {};

    void lock(node&) noexcept {
        while (held_.exchange(1, std::memory_order_acquire) != 0)
            while (held_.load(std::memory_order_relaxed) != 0)
                pause();
    }
    void unlock(node&) noexcept { held_.store(0, std::memory_order_release); }

private:
    std::atomic<std::uint32_t> held_{0};
};

class ticket {
public:
    struct node {};

    void lock(node&) noexcept {
        const std::uint32_t mine = next_.fetch_add(1, std::memory_order_relaxed);
        while (serving_.load(std::memory_order_acquire) != mine)
            pause();
    }
    void unlock(node&) noexcept {
        serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

private:
    std::atomic<std::uint32_t> next_{0};
    std::atomic<std::uint32_t> serving_{0};
};

class mcs {
public:
    struct alignas(64) node {
        std::atomic<node*> next{nullptr};
        std::atomic<std::uint32_t> granted{0};
    };

    void lock(node& mine) noexcept {
        mine.next.store(nullptr, std::memory_order_relaxed);
        mine.granted.store(0, std::memory_order_relaxed);
        node* const before = tail_.exchange(&mine, std::memory_order_acq_rel);
        if (before == nullptr) return;
        before->next.store(&mine, std::memory_order_release);
        while (mine.granted.load(std::memory_order_acquire) != 1)
            pause();
    }
    void unlock(node& mine) noexcept {
        node* after = mine.next.load(std::memory_order_acquire);
        if (after == nullptr) {
            node* last = &mine;
            if (tail_.compare_exchange_strong(last, nullptr, std::memory_order_release,
                                              std::memory_order_relaxed))
                return;
            while ((after = mine.next.load(std::memory_order_acquire)) == nullptr)
                pause();
        }
        after->granted.store(1, std::memory_order_release);
    }

private:
    std::atomic<node*> tail_{nullptr};
};

// A ttas with one needless read: the test must see the difference that this makes.
class ttas_with_a_needless_read {
public:
    using node = ttas::node;

    void lock(node& mine) noexcept {
        twin_.lock(mine);
        asm volatile("" : : "r"(extra_.load(std::memory_order_relaxed)));
    }
    void unlock(node& mine) noexcept { twin_.unlock(mine); }

private:
    ttas twin_;
    std::atomic<std::uint32_t> extra_{0};
};

}  // namespace tally::by_hand
