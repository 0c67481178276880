// SPDX-License-Identifier: MIT
// What a thread asks of the engine: one operation on one object.
#pragma once

#include <atomic>
#include <cstdint>

#include "machines/checked/event.hpp"
#include "machines/site.hpp"

namespace tally::model {

struct request {
    operation op = operation::load;
    std::uintptr_t address = 0;
    std::uint8_t bytes = 0;
    std::memory_order order = std::memory_order_relaxed;    // of a success
    std::memory_order failure = std::memory_order_relaxed;  // of a compare-exchange's failure
    bool weak = false;
    std::uint64_t operand = 0;   // stored, added, ...
    std::uint64_t expected = 0;  // compare-exchange; wait: the old value
    bool (*satisfies)(const void*, std::uint64_t) = nullptr;  // await
    const void* predicate = nullptr;
    std::uint64_t initial = 0;  // the object's first value, if it stood before the program did
    site where{};

    std::uint64_t result = 0;
    bool succeeded = false;

    // The engine's own, while the request is under way.
    unsigned phase = 0;
    std::uint16_t location = none;

    bool modifies() const noexcept {
        switch (op) {
            case operation::exchange:
            case operation::fetch_add:
            case operation::fetch_sub:
            case operation::fetch_and:
            case operation::fetch_or:
            case operation::fetch_xor:
            case operation::compare_exchange:
            case operation::await_exchange: return true;
            default: return false;
        }
    }
    bool awaits() const noexcept {
        return op == operation::await || op == operation::await_exchange;
    }
    bool accepts(std::uint64_t value) const { return satisfies(predicate, value); }
};

// Does the request as given to the engine of the exploration that is under way.
void perform(request& what);
// An object that is used, or comes, or goes, while no exploration is under way is nobody's
// business.
bool exploring() noexcept;

}  // namespace tally::model
