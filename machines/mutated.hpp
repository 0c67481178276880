// SPDX-License-Identifier: MIT
// native with one memory order weakened at run time: for judging the detectors.
//
//   mutation::weaken({.where = site, .to = relaxed});   from now on that access is relaxed
//   mutation::restore();                                and now as it is written
//
// A lock is compiled once, and each of its accesses is found by where it stands in the source: the
// trailing defaulted `site` of each call. Set the mutation while no thread runs.
//
// Each access asks which order is in effect, and then does it by a branch for each order, with
// the order as a constant: what ThreadSanitizer and the optimiser are given is what they would be
// given had the source said so. (A compiler takes an order that is a variable for seq_cst, and
// gcc does not instrument it.)
//
// It spins or yields. Parking would hide what it should show: its signal is seq_cst whatever was
// asked for.
#pragma once

#include <atomic>
#include <string_view>
#include <type_traits>

#include "machines/contract.hpp"
#include "machines/native.hpp"
#include "machines/site.hpp"
#include "machines/weakening.hpp"

// A success weakened below its failure is what C++17 allows, and what gcc 12 still warns of.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-memory-model"
#endif

namespace tally {

// The one order that is weakened at a time, in the whole program.
struct mutation {
    static void weaken(const weakening& one) noexcept {
        current() = one;
        made().store(false, relaxed);
    }
    static void restore() noexcept { current() = {}; }

    // The order in effect for an access that stands at `from`.
    static std::memory_order in_effect(std::memory_order written, const site& from,
                                       bool on_failure = false) noexcept {
        const weakening& now = current();
        if (!now.is_of(from, on_failure)) return written;
        if (!made().load(relaxed)) made().store(true, relaxed);
        return now.to;
    }

    // Whether the weakened access has been made since weaken(): else nothing was tried.
    static bool was_made() noexcept { return made().load(relaxed); }

private:
    static std::atomic<bool>& made() noexcept {
        static std::atomic<bool> any{false};
        return any;
    }
    static weakening& current() noexcept {
        static weakening one{};
        return one;
    }
};

template <class T, waiting Waiting>
class mutated_atomic {
    static_assert(Waiting != waiting::park, "a parking signal is seq_cst whatever was asked for");

public:
    constexpr mutated_atomic(T value = T{}) noexcept : word_(value) {}  // NOLINT: as std::atomic
    mutated_atomic(const mutated_atomic&) = delete;
    mutated_atomic& operator=(const mutated_atomic&) = delete;

    T load(std::memory_order order, site from = site::here()) const noexcept {
        return load_as(mutation::in_effect(order, from));
    }
    void store(T value, std::memory_order order, site from = site::here()) noexcept {
        store_as(value, mutation::in_effect(order, from));
    }
    T exchange(T value, std::memory_order order, site from = site::here()) noexcept {
        return modify(order, from, [&](auto as) { return word_.exchange(value, as); });
    }
    T fetch_add(T value, std::memory_order order, site from = site::here()) noexcept {
        return modify(order, from, [&](auto as) { return word_.fetch_add(value, as); });
    }
    T fetch_sub(T value, std::memory_order order, site from = site::here()) noexcept {
        return modify(order, from, [&](auto as) { return word_.fetch_sub(value, as); });
    }
    T fetch_and(T value, std::memory_order order, site from = site::here()) noexcept {
        return modify(order, from, [&](auto as) { return word_.fetch_and(value, as); });
    }
    T fetch_or(T value, std::memory_order order, site from = site::here()) noexcept {
        return modify(order, from, [&](auto as) { return word_.fetch_or(value, as); });
    }
    T fetch_xor(T value, std::memory_order order, site from = site::here()) noexcept {
        return modify(order, from, [&](auto as) { return word_.fetch_xor(value, as); });
    }

    bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                 std::memory_order failure, site from = site::here()) noexcept {
        return compare(success, failure, from, [&](auto won, auto lost) {
            return word_.compare_exchange_strong(expected, desired, won, lost);
        });
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, site from = site::here()) noexcept {
        return compare(success, failure, from, [&](auto won, auto lost) {
            return word_.compare_exchange_weak(expected, desired, won, lost);
        });
    }

    // Waiting is a loop here, and notify is nothing.
    void wait(T old, std::memory_order order, site from = site::here()) noexcept {
        await([=](T now) { return now != old; }, order, from);
    }
    void notify_one(site = site::here()) noexcept {}
    void notify_all(site = site::here()) noexcept {}

    template <class Predicate>
    T await(Predicate satisfies, std::memory_order order, site from = site::here()) noexcept {
        const auto as = mutation::in_effect(order, from);
        return until(satisfies, [&] { return load_as(as); });
    }
    template <class Predicate>
    T await_for(Predicate satisfies, std::memory_order order, std::uint64_t nanoseconds,
                site from = site::here()) noexcept {
        const auto as = mutation::in_effect(order, from);
        const auto start = monotonic_ns();
        bool in_time = true;
        return until([&](T value) { return satisfies(value) || !in_time; },
                     [&] {
                         in_time = monotonic_ns() - start < nanoseconds;
                         return load_as(as);
                     });
    }
    template <class Predicate>
    T await_exchange(T desired, Predicate satisfies, std::memory_order order,
                     site from = site::here()) noexcept {
        return until(satisfies, [&] { return exchange(desired, order, from); });
    }
    void signal(T value, std::memory_order order, site from = site::here()) noexcept {
        store_as(value, mutation::in_effect(order, from));
    }
    void signal_one(T value, std::memory_order order, site from = site::here()) noexcept {
        store_as(value, mutation::in_effect(order, from));
    }

private:
    template <std::memory_order Order>
    using constant = std::integral_constant<std::memory_order, Order>;

    // An order that the access cannot have becomes the next stronger one that it can.
    T load_as(std::memory_order order) const noexcept {
        switch (order) {
            case relaxed: return word_.load(relaxed);
            case seq_cst: return word_.load(seq_cst);
            default: return word_.load(acquire);
        }
    }
    void store_as(T value, std::memory_order order) noexcept {
        switch (order) {
            case relaxed: return word_.store(value, relaxed);
            case seq_cst: return word_.store(value, seq_cst);
            default: return word_.store(value, release);
        }
    }
    template <class Access>
    static auto modify(std::memory_order order, const site& from, Access access) noexcept {
        switch (mutation::in_effect(order, from)) {
            case relaxed: return access(constant<relaxed>{});
            case release: return access(constant<release>{});
            case acq_rel: return access(constant<acq_rel>{});
            case seq_cst: return access(constant<seq_cst>{});
            default: return access(constant<acquire>{});
        }
    }
    template <class Access>
    static bool compare(std::memory_order success, std::memory_order failure, const site& from,
                        Access access) noexcept {
        const auto lost = mutation::in_effect(failure, from, true);
        return modify(success, from, [&](auto won) {
            switch (lost) {
                case relaxed: return access(won, constant<relaxed>{});
                case seq_cst: return access(won, constant<seq_cst>{});
                default: return access(won, constant<acquire>{});
            }
        });
    }

    template <class Predicate, class Read>
    static T until(Predicate satisfies, Read read) noexcept {
        T value = read();
        for (int reads = 1; !satisfies(value); ++reads) {
            // With more threads than CPUs the spinning kind too gives way now and then: it is
            // here to be judged and not to be measured.
            if (reads % (Waiting == waiting::yield ? 100 : 10'000) == 0)
                give_cpu_away();
            else
                spin_hint();
            value = read();
        }
        return value;
    }

    std::atomic<T> word_;
};

template <waiting Waiting>
struct mutated : native<Waiting> {
    template <class T>
    using atomic = mutated_atomic<T, Waiting>;
};

}  // namespace tally

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
