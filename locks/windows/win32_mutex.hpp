// SPDX-License-Identifier: MIT
// The mutex object of the Windows kernel.
//
// Every lock and unlock is a system call. Recursive. With a name it is shared by all processes
// that know the name; it ends with its last handle. An owner that ends without unlocking, thread
// or process, releases it, and the next one is told: it holds the lock, and what the lock
// protects may be half done. That is `previous_owner_died`.
// Windows NT 3.1, CreateMutex; WAIT_ABANDONED.
//
// system: Windows
#pragma once

#include <system_error>

#include "machines/contract.hpp"
#include "machines/win32.hpp"

namespace tally {

template <native_machine Machine>
class win32_mutex {
public:
    static constexpr lock_traits traits{
        .waiting = waits::itself, .recursive = true, .cite = "Windows NT 3.1, CreateMutex"};
    struct node {};

    // Both throw std::system_error when the system has no mutex for us. A name may begin with
    // Local\ (this session) or Global\ (this machine), and has no other backslash.
    win32_mutex() : win32_mutex(nullptr) {}
    explicit win32_mutex(const wchar_t* name) : mutex_(::CreateMutexW(nullptr, FALSE, name)) {
        if (mutex_ == nullptr) throw_last("CreateMutexW");
    }
    win32_mutex(const win32_mutex&) = delete;
    win32_mutex& operator=(const win32_mutex&) = delete;
    ~win32_mutex() { ::CloseHandle(mutex_); }

    void lock(node&) { wait(INFINITE); }
    bool try_lock(node&) { return wait(0); }
    void unlock(node&) noexcept { ::ReleaseMutex(mutex_); }

    // Inside the lock: whether the owner before ended without unlocking.
    bool previous_owner_died() const noexcept { return previous_owner_died_; }

private:
    bool wait(DWORD at_most_ms) {
        const DWORD result = ::WaitForSingleObject(mutex_, at_most_ms);
        if (result == WAIT_TIMEOUT) return false;
        if (result == WAIT_FAILED) throw_last("WaitForSingleObject");
        previous_owner_died_ = result == WAIT_ABANDONED;
        return true;
    }

    [[noreturn]] static void throw_last(const char* what) {
        throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(), what);
    }

    HANDLE mutex_;
    bool previous_owner_died_ = false;  // written and read by the holder
};

}  // namespace tally
