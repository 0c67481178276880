// SPDX-License-Identifier: MIT
// The counter under attack, as a type: see any_lock.hpp.
#pragma once

#include <cstdint>

#include "stress/any_object.hpp"
#include "stress/calls.hpp"

namespace tally::stress {

class any_counter {
public:
    // From now on. While there is no any_counter.
    static void stands_for(const counter_calls& counter) noexcept {
        under_attack_ = &counter;
        traits = counter.traits;
    }

    inline static counter_traits traits{};

    class node {
    public:
        node() : real_(under_attack_->node) {}

    private:
        friend class any_counter;
        any_object<heap> real_;
    };

    any_counter() : real_(under_attack_->object) {}

    void add(node& mine, std::uint64_t n) { under_attack_->add(real_.get(), mine.real_.get(), n); }
    std::uint64_t read() const { return under_attack_->read(real_.get()); }

private:
    inline static const counter_calls* under_attack_ = nullptr;

    any_object<heap> real_;
};

static_assert(counter<any_counter>);

}  // namespace tally::stress
