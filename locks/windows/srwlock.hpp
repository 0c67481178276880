// SPDX-License-Identifier: MIT
// SRWLOCK: the slim reader-writer lock of Windows, one pointer wide.
//
// Alone it is one interlocked operation; contended it waits in the kernel. Unfair, and not
// recursive. It has no name and cannot be used by two processes. Nobody is told of an owner
// that died: a thread that ends inside leaves it locked for ever.
// Windows Vista and later.
//
// system: Windows
#pragma once

#include "machines/contract.hpp"
#include "machines/win32.hpp"

namespace tally {

template <native_machine Machine>
class srwlock {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "Windows Vista, AcquireSRWLockExclusive"};
    struct node {};

    void lock(node&) noexcept { ::AcquireSRWLockExclusive(&lock_); }
    bool try_lock(node&) noexcept { return ::TryAcquireSRWLockExclusive(&lock_) != 0; }
    void unlock(node&) noexcept { ::ReleaseSRWLockExclusive(&lock_); }

    void lock_shared(node&) noexcept { ::AcquireSRWLockShared(&lock_); }
    void unlock_shared(node&) noexcept { ::ReleaseSRWLockShared(&lock_); }

private:
    SRWLOCK lock_ = SRWLOCK_INIT;
};

}  // namespace tally
