// SPDX-License-Identifier: MIT
// CRITICAL_SECTION: the lock of Windows programs since 1993.
//
// Spins as often as it was told and then waits in the kernel. Unfair, and recursive. It has no
// name and cannot be used by two processes. Nobody is told of an owner that died: a thread that
// ends inside leaves it locked for ever.
//
// system: Windows
#pragma once

#include "machines/contract.hpp"
#include "machines/win32.hpp"

namespace tally {

template <native_machine Machine>
class critical_section {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .recursive = true,
                                        .cite = "Windows NT 3.1, EnterCriticalSection"};
    struct node {};

    // The count that Windows' own heap uses, as its documentation says.
    critical_section() noexcept { ::InitializeCriticalSectionAndSpinCount(&section_, 4000); }
    critical_section(const critical_section&) = delete;
    critical_section& operator=(const critical_section&) = delete;
    ~critical_section() { ::DeleteCriticalSection(&section_); }

    void lock(node&) noexcept { ::EnterCriticalSection(&section_); }
    bool try_lock(node&) noexcept { return ::TryEnterCriticalSection(&section_) != 0; }
    void unlock(node&) noexcept { ::LeaveCriticalSection(&section_); }

private:
    CRITICAL_SECTION section_;
};

}  // namespace tally
