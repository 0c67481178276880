// SPDX-License-Identifier: MIT
// The machine that is measured: real threads, std::atomic, and three ways to wait.
//
//   spin    re-read, with the CPU's hint that this is a spin loop
//   yield   spin a while, then give the CPU away between reads
//   park    spin a while, then sleep in the kernel until signalled (futex)
//
// Everything inlines to what one would write by hand with std::atomic; a test counts the
// instructions (bench/tests/zero_cost). Under `park`, signal() is a seq_cst store whatever order
// was asked for, because a wake-up must not be lost: see parking.hpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "machines/contract.hpp"
#include "machines/futex.hpp"
#include "machines/native_team.hpp"
#include "machines/parking.hpp"
#include "machines/patience.hpp"

namespace tally {

enum class waiting : std::uint8_t { spin, yield, park };

constexpr std::string_view to_string(waiting w) {
    switch (w) {
        case waiting::spin: return "spin";
        case waiting::yield: return "yield";
        case waiting::park: return "park";
    }
    return "?";
}

// Not inline, so that a header need not bring in the system's; see native.cpp.
unsigned current_cpu() noexcept;
// See numa_node.cpp.
unsigned current_numa_node() noexcept;
unsigned limit_of_numa_nodes() noexcept;
// How many nodes the environment asks to be feigned; 0: none, they are the machine's own.
unsigned feigned_numa_nodes() noexcept;
std::uint64_t monotonic_ns() noexcept;
void give_cpu_away() noexcept;
// See contract.hpp; thread_number.cpp.
unsigned this_thread_number() noexcept;
unsigned limit_of_threads() noexcept;
// So many threads will use locks at once: to be said before there are any, by a program that is
// told to start more than eight a CPU.
void expect_threads(unsigned threads) noexcept;
// Pauses for about so many nanoseconds, without touching memory. A pause takes from 10 to 60 ns
// from one CPU to the next: its length is measured once.
void pause_for_ns(std::uint64_t nanoseconds) noexcept;
// That length, in nanoseconds: the fastest of several trials, made at the first call.
double pause_length_ns() noexcept;

inline void spin_hint() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    asm volatile("yield" ::: "memory");
#else
    asm volatile("" ::: "memory");
#endif
}

template <waiting Waiting>
struct native;

// Where sleepers on a word are kept when all are threads of one process: beside the words, in
// tables of the program. Nothing lies in the word.
template <waiting Waiting>
class parks_in_process {
public:
    static constexpr futex::reach reach = futex::reach::process;
    using waiter = counted_waiter;

    template <class Word, class Predicate>
    static auto await(Word& word, Predicate satisfies) {
        return native<Waiting>::parked.await(word, satisfies);
    }
    template <class Word, class Predicate>
    static auto await_for(Word& word, Predicate satisfies, std::uint64_t nanoseconds) {
        return native<Waiting>::parked.await_for(word, satisfies, nanoseconds);
    }
    template <class Word, class T>
    static void signal(Word& word, T value, bool one) {
        native<Waiting>::parked.signal(word, value, one);
    }

    // The number that sleepers on a word which is no futex sleep on instead.
    static std::atomic<std::uint32_t>& number_for(const void* word) noexcept {
        const auto bits = reinterpret_cast<std::uintptr_t>(word) >> 3U;
        return numbers[(bits * 0x9E3779B97F4A7C15ULL >> 32U) % 64].number;
    }

private:
    struct alignas(cache_line) padded_number {
        std::atomic<std::uint32_t> number{0};
    };
    inline static padded_number numbers[64]{};
};

template <class T, waiting Waiting, class Parking = parks_in_process<Waiting>>
class native_atomic {
public:
    constexpr native_atomic(T value = T{}) noexcept : word_(value) {}  // NOLINT: as std::atomic
    native_atomic(const native_atomic&) = delete;
    native_atomic& operator=(const native_atomic&) = delete;

    T load(std::memory_order order) const noexcept { return word_.load(order); }
    void store(T value, std::memory_order order) noexcept { word_.store(value, order); }
    T exchange(T value, std::memory_order order) noexcept { return word_.exchange(value, order); }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                 std::memory_order failure) noexcept {
        return word_.compare_exchange_strong(expected, desired, success, failure);
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) noexcept {
        return word_.compare_exchange_weak(expected, desired, success, failure);
    }
    T fetch_add(T value, std::memory_order order) noexcept { return word_.fetch_add(value, order); }
    T fetch_sub(T value, std::memory_order order) noexcept { return word_.fetch_sub(value, order); }
    T fetch_and(T value, std::memory_order order) noexcept { return word_.fetch_and(value, order); }
    T fetch_or(T value, std::memory_order order) noexcept { return word_.fetch_or(value, order); }
    T fetch_xor(T value, std::memory_order order) noexcept { return word_.fetch_xor(value, order); }

    // Blocks while the word holds `old`; may return for no reason. Who changes the word must
    // call notify. Under spin and yield it is a loop and notify is nothing.
    void wait(T old, std::memory_order order) noexcept {
        if constexpr (Waiting == waiting::park)
            sleep(old);
        else
            spin_while([&] { return word_.load(order) == old; });
    }
    void notify_one() noexcept {
        if constexpr (Waiting == waiting::park) wake(1);
    }
    void notify_all() noexcept {
        if constexpr (Waiting == waiting::park) wake(futex::everybody);
    }

    // Blocks until a value that satisfies is read, and returns it.
    template <class Predicate>
    T await(Predicate satisfies, std::memory_order order) noexcept {
        T value = word_.load(order);
        if constexpr (Waiting == waiting::park) {
            for (int read = 0; read != short_patience; ++read) {
                if (satisfies(value)) return value;
                spin_hint();
                value = word_.load(order);
            }
            const typename Parking::waiter here;
            for (auto reads = here.reads(); reads != 0; --reads) {
                if (satisfies(value)) return value;
                spin_hint();
                value = word_.load(order);
            }
            return satisfies(value) ? value : parking_.await(*this, satisfies);
        } else {
            spin_while([&] {
                if (satisfies(value)) return false;
                value = word_.load(order);
                return !satisfies(value);
            });
            return value;
        }
    }

    // Blocks until a value that satisfies is read, or about `nanoseconds` have passed, and returns
    // the last value read. A waiter that was away from the CPU may be late, never early.
    template <class Predicate>
    T await_for(Predicate satisfies, std::memory_order order, std::uint64_t nanoseconds) noexcept {
        T value = word_.load(order);
        if constexpr (Waiting == waiting::park) {
            for (int read = 0; read != short_patience; ++read) {
                if (satisfies(value)) return value;
                spin_hint();
                value = word_.load(order);
            }
            const typename Parking::waiter here;
            for (auto reads = here.reads(); reads != 0; --reads) {
                if (satisfies(value)) return value;
                spin_hint();
                value = word_.load(order);
            }
            return satisfies(value) ? value : parking_.await_for(*this, satisfies, nanoseconds);
        } else {
            if (satisfies(value)) return value;
            const std::uint64_t deadline = monotonic_ns() + nanoseconds;
            spin_while([&] {
                value = word_.load(order);
                return !satisfies(value) && monotonic_ns() < deadline;
            });
            return value;
        }
    }

    // Sleeps while the word holds `old`, until the deadline at the latest (as now() counts); may
    // return for no reason. False once the deadline has passed. Only parking asks for it.
    bool wait_until(T old, std::uint64_t deadline) noexcept requires(Waiting == waiting::park) {
        const std::uint64_t now = monotonic_ns();
        if (now >= deadline) return false;
        sleep(old, deadline - now);
        return true;
    }

    // Swaps `desired` in until the value swapped out satisfies, and returns that value. A swap
    // whose value does not satisfy must leave the word as it was (desired equals the refused
    // value), so that it may count as not done.
    template <class Predicate>
    T await_exchange(T desired, Predicate satisfies, std::memory_order order) noexcept {
        T value = word_.exchange(desired, order);
        if constexpr (Waiting == waiting::park) {
            while (!satisfies(value)) {
                await(satisfies, relaxed);
                value = word_.exchange(desired, order);
            }
        } else if (!satisfies(value)) {
            spin_while([&] {
                value = word_.exchange(desired, order);
                return !satisfies(value);
            });
        }
        return value;
    }

    // Stores, and wakes whoever awaits here. signal_one may wake a single waiter: right only
    // where every waiter wants this value and whoever goes on will signal in turn.
    void signal(T value, std::memory_order order) noexcept {
        if constexpr (Waiting == waiting::park)
            parking_.signal(*this, value, false);
        else
            word_.store(value, order);
    }
    void signal_one(T value, std::memory_order order) noexcept {
        if constexpr (Waiting == waiting::park)
            parking_.signal(*this, value, true);
        else
            word_.store(value, order);
    }

private:
    template <class Condition>
    static void spin_while(Condition holds) noexcept {
        for (int read = 0; holds(); ++read) {
            if constexpr (Waiting == waiting::yield) {
                if (read >= short_patience) {
                    give_cpu_away();
                    continue;
                }
            }
            spin_hint();
        }
    }

    static constexpr bool is_futex_word = sizeof(T) == sizeof(std::uint32_t);

    // A futex is a 32-bit word. Others sleep on a sequence number shared by a bucket: read it,
    // look at the word, sleep unless the number has moved.
    void sleep(T old, std::uint64_t nanoseconds = futex::for_ever) noexcept {
        if constexpr (is_futex_word) {
            futex::sleep_on(reinterpret_cast<std::atomic<std::uint32_t>&>(word_),
                            __builtin_bit_cast(std::uint32_t, old), Parking::reach, nanoseconds);
        } else {
            auto& number = parking_.number_for(this);
            // seq_cst, both: pairs with the increment in wake(), which follows the store.
            const auto seen = number.load(seq_cst);
            if (word_.load(seq_cst) == old)
                futex::sleep_on(number, seen, Parking::reach, nanoseconds);
        }
    }
    void wake(int sleepers) noexcept {
        if constexpr (is_futex_word) {
            futex::wake(reinterpret_cast<std::atomic<std::uint32_t>&>(word_), sleepers,
                        Parking::reach);
        } else {
            // seq_cst: pairs with the two loads in sleep(). All are woken: a neighbour in the
            // bucket could swallow a single wake-up.
            auto& number = parking_.number_for(this);
            number.fetch_add(1, seq_cst);
            futex::wake(number, futex::everybody, Parking::reach);
        }
    }

    std::atomic<T> word_;
    [[no_unique_address]] Parking parking_;
};

// Ordinary memory. write() is followed by a compiler barrier: without it the optimiser folds a
// loop of increments into one addition, and the race that the control is there to show is not
// in the program. It stays a plain access, so that ThreadSanitizer sees it.
template <class T>
class native_plain {
public:
    constexpr native_plain(T value = T{}) noexcept : value_(value) {}  // NOLINT: as a T

    [[gnu::always_inline]] T read() const noexcept { return value_; }
    [[gnu::always_inline]] void write(T value) noexcept {
        value_ = value;
        asm volatile("" ::: "memory");
    }

private:
    T value_;
};

template <waiting Waiting>
struct native {
    static constexpr bool is_native = true;
    static constexpr waiting kind = Waiting;

    template <class T>
    using atomic = native_atomic<T, Waiting>;
    template <class T>
    using plain = native_plain<T>;
    using team = native_team;

    static void pause() noexcept { spin_hint(); }
    static void pause_for(std::uint64_t nanoseconds) noexcept { pause_for_ns(nanoseconds); }
    static void yield() noexcept { give_cpu_away(); }
    static unsigned cpu() noexcept { return current_cpu(); }
    static unsigned node() noexcept { return current_numa_node(); }
    static unsigned node_limit() noexcept { return limit_of_numa_nodes(); }
    static unsigned thread_number() noexcept { return this_thread_number(); }
    static unsigned thread_limit() noexcept { return limit_of_threads(); }
    static std::uint64_t now() noexcept { return monotonic_ns(); }

    // One table for all words of the program. Static, so that it outlives every lock.
    inline static parking_table<native> parked{};
};

}  // namespace tally
