// SPDX-License-Identifier: MIT
// A lock may be destroyed as soon as its last unlock() has returned.
#pragma once

#include "claims/lifetime.hpp"

namespace tally::stress {

template <class Machine, class Lock>
struct destroyed_after_unlock : lifetime<Machine, Lock, destroyed_by::last_to_return> {
    static constexpr std::string_view sentence = "may be destroyed once its last unlock returned";
    static constexpr bool applies_to(const lock_facts&) { return true; }
};

}  // namespace tally::stress
