// SPDX-License-Identifier: MIT
// atomic<T> of the checked machine: every operation is a request to the engine.
#pragma once

#include <cstring>
#include <type_traits>

#include "machines/checked/padding.hpp"
#include "machines/checked/request.hpp"
#include "machines/contract.hpp"
#include "machines/site.hpp"

namespace tally::model {

// A value of up to eight bytes, as the engine keeps it: equal values have equal bits, whatever
// their padding held.
template <class T>
std::uint64_t to_bits(const T& value) noexcept {
    std::uint64_t bits = 0;
    if constexpr (std::has_unique_object_representations_v<T>) {
        std::memcpy(&bits, &value, sizeof(T));
    } else {
        T copy = value;
        clear_padding(copy);
        std::memcpy(&bits, &copy, sizeof(T));
    }
    return bits;
}
template <class T>
T from_bits(std::uint64_t bits) noexcept {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    return value;
}

// An object that the engine knows by its address. Its value lives in the engine.
template <class T>
class alignas(8) watched {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8,
                  "the checked machine keeps values of up to eight bytes");

public:
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;

protected:
    constexpr watched(T value, bool plain, site from) noexcept : first_(value) {
        if (!std::is_constant_evaluated() && exploring()) {
            request q = ask(operation::construct, from);
            q.operand = to_bits(value);
            q.succeeded = plain;
            perform(q);
        }
    }
    constexpr ~watched() {
        if (!std::is_constant_evaluated() && exploring()) {
            request q = ask(operation::destroy, site{"", 0, 0});
            perform(q);
        }
    }

    request ask(operation op, site from) const noexcept {
        request q = name(op, from);
        q.initial = to_bits(first_);
        return q;
    }
    // Of the address only: the object may be gone.
    request name(operation op, site from) const noexcept {
        request q;
        q.op = op;
        q.address = reinterpret_cast<std::uintptr_t>(this);
        q.bytes = sizeof(T);
        q.where = from;
        return q;
    }

private:
    T first_;
};

template <class T>
class checked_atomic : public watched<T> {
public:
    constexpr checked_atomic(T value = T{}, site from = site::here()) noexcept  // NOLINT
        : watched<T>(value, false, from) {}

    T load(std::memory_order order, site from = site::here()) const noexcept {
        return read(operation::load, order, from);
    }
    void store(T value, std::memory_order order, site from = site::here()) noexcept {
        write(operation::store, value, order, from);
    }
    T exchange(T value, std::memory_order order, site from = site::here()) noexcept {
        return change(operation::exchange, value, order, from);
    }
    T fetch_add(T value, std::memory_order order, site from = site::here()) noexcept {
        return change(operation::fetch_add, value, order, from);
    }
    T fetch_sub(T value, std::memory_order order, site from = site::here()) noexcept {
        return change(operation::fetch_sub, value, order, from);
    }
    T fetch_and(T value, std::memory_order order, site from = site::here()) noexcept {
        return change(operation::fetch_and, value, order, from);
    }
    T fetch_or(T value, std::memory_order order, site from = site::here()) noexcept {
        return change(operation::fetch_or, value, order, from);
    }
    T fetch_xor(T value, std::memory_order order, site from = site::here()) noexcept {
        return change(operation::fetch_xor, value, order, from);
    }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                                 std::memory_order failure, site from = site::here()) noexcept {
        return compare_exchange(expected, desired, success, failure, false, from);
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                               std::memory_order failure, site from = site::here()) noexcept {
        return compare_exchange(expected, desired, success, failure, true, from);
    }

    template <class Predicate>
    T await(Predicate satisfies, std::memory_order order, site from = site::here()) noexcept {
        request q = this->ask(operation::await, from);
        q.order = order;
        return until(q, satisfies);
    }
    // Time is not modelled: it runs out whenever the value does not satisfy.
    template <class Predicate>
    T await_for(Predicate satisfies, std::memory_order order, std::uint64_t,
                site from = site::here()) noexcept {
        request q = this->ask(operation::await_for, from);
        q.order = order;
        return until(q, satisfies);
    }
    template <class Predicate>
    T await_exchange(T desired, Predicate satisfies, std::memory_order order,
                     site from = site::here()) noexcept {
        request q = this->ask(operation::await_exchange, from);
        q.order = order;
        q.operand = to_bits(desired);
        return until(q, satisfies);
    }
    void signal(T value, std::memory_order order, site from = site::here()) noexcept {
        write(operation::signal, value, order, from);
    }
    void signal_one(T value, std::memory_order order, site from = site::here()) noexcept {
        write(operation::signal, value, order, from);
    }

    // A futex: sleeps if the word holds `old`, until a notify that comes after it.
    void wait(T old, std::memory_order order, site from = site::here()) noexcept {
        request q = this->ask(operation::wait, from);
        q.order = order;
        q.expected = to_bits(old);
        perform(q);
    }
    // Also of a word that is gone: who was woken by a store may have ended its life, and the kernel
    // is told an address only.
    void notify_one(site from = site::here()) noexcept {
        request q = this->name(operation::notify_one, from);
        perform(q);
    }
    void notify_all(site from = site::here()) noexcept {
        request q = this->name(operation::notify_all, from);
        perform(q);
    }

private:
    T read(operation op, std::memory_order order, site from) const noexcept {
        request q = this->ask(op, from);
        q.order = order;
        perform(q);
        return from_bits<T>(q.result);
    }
    void write(operation op, T value, std::memory_order order, site from) noexcept {
        request q = this->ask(op, from);
        q.order = order;
        q.operand = to_bits(value);
        perform(q);
    }
    T change(operation op, T value, std::memory_order order, site from) noexcept {
        request q = this->ask(op, from);
        q.order = order;
        q.operand = to_bits(value);
        perform(q);
        return from_bits<T>(q.result);
    }
    bool compare_exchange(T& expected, T desired, std::memory_order success,
                          std::memory_order failure, bool weak, site from) noexcept {
        request q = this->ask(operation::compare_exchange, from);
        q.order = success;
        q.failure = failure;
        q.weak = weak;
        q.expected = to_bits(expected);
        q.operand = to_bits(desired);
        perform(q);
        if (!q.succeeded) expected = from_bits<T>(q.result);
        return q.succeeded;
    }
    template <class Predicate>
    static T until(request& q, Predicate& satisfies) noexcept {
        q.satisfies = [](const void* predicate, std::uint64_t bits) -> bool {
            return (*const_cast<Predicate*>(static_cast<const Predicate*>(predicate)))(
                from_bits<T>(bits));
        };
        q.predicate = &satisfies;
        perform(q);
        return from_bits<T>(q.result);
    }
};

// Ordinary memory, watched for races.
template <class T>
class checked_plain : public watched<T> {
public:
    constexpr checked_plain(T value = T{}, site from = site::here()) noexcept  // NOLINT
        : watched<T>(value, true, from) {}

    T read(site from = site::here()) const noexcept {
        request q = this->ask(operation::plain_read, from);
        perform(q);
        return from_bits<T>(q.result);
    }
    void write(T value, site from = site::here()) noexcept {
        request q = this->ask(operation::plain_write, from);
        q.operand = to_bits(value);
        perform(q);
    }
};

}  // namespace tally::model
