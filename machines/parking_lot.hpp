// SPDX-License-Identifier: MIT
// A parking lot: queues of sleeping threads beside the words that they sleep for, so that a lock
// needs no more than two bits of its own.
//
//   bucket.guard         1 while somebody looks at the bucket       (swapped, for a few steps)
//   bucket.first, .last  who sleeps, on whatever word, as they came (under the guard)
//   sleeper.word         what it sleeps for                         (its own, before it queues)
//   sleeper.next         who comes after it                         (under the guard)
//   sleeper.woken        0 while it sleeps, then what it is told    (written once, by who wakes it)
//
// Invariant: a sleeper is in the queue from park() on until somebody takes it out to wake it.
// park() looks at the word once more under the guard, and unpark_one() changes the word under the
// guard: between the two looks no wake-up is lost, and the word's bit that says "somebody sleeps"
// is right whenever the guard is free. Unlike parking_table it keeps an order and wakes whom it
// means to wake; in exchange each sleep and each wake-up takes the guard.
// The table outlives every lock, and unpark_one() does not touch the word after the sleeper is
// told.
// Pizlo 2015, WTF::ParkingLot, described in "Locking in WebKit" (2016).
#pragma once

#include <cstddef>
#include <cstdint>

#include "machines/contract.hpp"

namespace tally {

template <class Machine>
class parking_lot {
    template <class T>
    using atomic = typename Machine::template atomic<T>;
    template <class T>
    using plain = typename Machine::template plain<T>;

    // Of the machine's memory throughout: others read it, and `checked` has to know what they read.
    struct sleeper {
        plain<const void*> word;
        atomic<std::uint32_t> woken{0};
        plain<sleeper*> next{nullptr};
    };

    struct alignas(cache_line) bucket {
        atomic<std::uint32_t> guard{0};
        plain<sleeper*> first{nullptr};
        plain<sleeper*> last{nullptr};
    };

public:
    // Sleeps, if `still` says under the guard that there is reason to. Returns 0 if there was none,
    // else what the waker tells.
    template <class Condition>
    std::uint32_t park(const void* word, Condition still) noexcept {
        bucket& here = of(word);
        enter(here);
        if (!still()) {
            leave(here);
            return 0;
        }
        sleeper mine{.word{word}};
        (here.first.read() == nullptr ? here.first : here.last.read()->next).write(&mine);
        here.last.write(&mine);
        leave(here);
        // acquire: pairs with the release in unpark_one().
        return mine.woken.await([](auto told) { return told != 0; }, acquire);
    }

    // Takes out who has slept longest for `word`. Calls tell(found, more) under the guard: it
    // changes the word, and returns what the sleeper is told (not 0).
    template <class Tell>
    void unpark_one(const void* word, Tell tell) noexcept {
        bucket& here = of(word);
        enter(here);
        sleeper* before = nullptr;
        sleeper* found = find(word, here.first.read(), before);
        bool more = false;
        if (found != nullptr) {
            sleeper* const after = found->next.read();
            (before == nullptr ? here.first : before->next).write(after);
            if (after == nullptr) here.last.write(before);
            more = find(word, after, before) != nullptr;
        }
        const std::uint32_t told = tell(found != nullptr, more);
        leave(here);
        // release: publishes what the waker did before; and our last look at the sleeper.
        if (found != nullptr) found->woken.signal(told, release);
    }

private:
    // The first from `at` on that sleeps for `word`, or null; `before` is who stands before it.
    static sleeper* find(const void* word, sleeper* at, sleeper*& before) noexcept {
        while (at != nullptr && at->word.read() != word) {
            before = at;
            at = at->next.read();
        }
        return at;
    }

    static void enter(bucket& here) noexcept {
        // acquire: pairs with the release in leave().
        here.guard.await_exchange(
            1, [](auto was) { return was == 0; }, acquire);
    }
    static void leave(bucket& here) noexcept {
        // release: publishes the queue to who enters next.
        here.guard.signal_one(0, release);
    }

    bucket& of(const void* word) noexcept {
        // Fibonacci hashing, as in parking.hpp.
        const auto bits = reinterpret_cast<std::uintptr_t>(word) >> 2U;
        return buckets_[(bits * 0x9E3779B97F4A7C15ULL >> 32U) % buckets];
    }

    // One where addresses are not to matter.
    static constexpr std::size_t buckets = Machine::is_native ? 256 : 1;
    bucket buckets_[buckets]{};
};

// One lot for all words of the program.
template <class Machine>
inline parking_lot<Machine> the_parking_lot{};

}  // namespace tally
