// SPDX-License-Identifier: MIT
// The Windows half of single_instance: a named mutex, and whether it existed already.
//
// Nobody ever owns or waits for the mutex: what counts is that the object exists, and it exists
// while a process has a handle to it. Windows closes a process's handles however it ends. So the
// answer needs no thread to own anything, and a guard may move to another thread.
//
// Whoever finds the name taken closes its handle at once. For those few instructions it keeps the
// name alive itself: a start in the very moment after the holder's end may be told "already
// running" once too often, never once too rarely.
//
// Local\ is one name space for each logged-on session, Global\ one for the machine. The mutex of
// a machine-wide guard may be waited for (SYNCHRONIZE) by everybody, so that other users find it.
// The handles are not inheritable: a child process does not keep the name.
#pragma once

#include <memory>

#include "locks/process/single_instance.hpp"
#include "machines/win32.hpp"

#include <sddl.h>

namespace tally::instance {

struct close_handle {
    using pointer = HANDLE;
    void operator()(HANDLE handle) const noexcept { ::CloseHandle(handle); }
};
using owned_handle = std::unique_ptr<void, close_handle>;

struct unmap_view {
    void operator()(volatile DWORD* view) const noexcept {
        ::UnmapViewOfFile(const_cast<DWORD*>(view));
    }
};
using owned_view = std::unique_ptr<volatile DWORD, unmap_view>;

struct free_local {
    void operator()(void* memory) const noexcept { ::LocalFree(memory); }
};

[[noreturn]] inline void fail(instance_problem problem, const std::string& sentence, DWORD code) {
    throw instance_error(problem, sentence + " (Windows error " + std::to_string(code) + ")",
                         static_cast<int>(code));
}

inline std::wstring widen(std::string_view name) {
    const int size = static_cast<int>(name.size());
    const int wide =
        ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, name.data(), size, nullptr, 0);
    if (wide <= 0)
        fail(instance_problem::bad_name, "the name of an instance is not UTF-8", ::GetLastError());
    std::wstring text(static_cast<std::size_t>(wide), L'\0');
    ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, name.data(), size, text.data(), wide);
    return text;
}

class claim {
public:
    claim(std::string_view name, const instance_options& options)
        : machine_wide_(options.scope == instance_scope::machine_wide),
          where_((machine_wide_ ? "Global\\" : "Local\\") + std::string(name)),
          wide_((machine_wide_ ? L"Global\\" : L"Local\\") + widen(name)) {
        std::unique_ptr<void, free_local> everybody;
        SECURITY_ATTRIBUTES access{sizeof access, nullptr, FALSE};
        if (machine_wide_) {
            // All access for who made it, the system and administrators; SYNCHRONIZE for others.
            PSECURITY_DESCRIPTOR descriptor = nullptr;
            if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(
                    L"D:(A;;GA;;;OW)(A;;GA;;;SY)(A;;GA;;;BA)(A;;0x00100000;;;WD)", SDDL_REVISION_1,
                    &descriptor, nullptr))
                fail(instance_problem::system, "cannot say who may see " + where_,
                     ::GetLastError());
            everybody.reset(descriptor);
            access.lpSecurityDescriptor = descriptor;
        }
        owned_handle mutex(::CreateMutexW(&access, FALSE, wide_.c_str()));
        const DWORD code = ::GetLastError();
        if (!mutex) {
            refuse_unless_only_closed(code);
            return;  // another user's, who lets us look: it exists
        }
        if (code == ERROR_ALREADY_EXISTS) return;  // the handle closes here
        mutex_ = std::move(mutex);
        write_pid();
    }

    bool held() const noexcept { return mutex_ != nullptr; }
    std::string where() const { return where_; }

    std::optional<instance_holder> holder() const {
        if (held()) return instance_holder{::GetCurrentProcessId(), {}};
        // A holder writes its pid just after it made the mutex, and may lose its CPU in between.
        for (int look = 0; look != 1000; ++look) {
            const DWORD pid = read_pid();
            if (pid != 0 && lives(pid)) return instance_holder{pid, {}};
            ::Sleep(2);
        }
        return {};
    }

private:
    void refuse_unless_only_closed(DWORD code) const {
        if (code == ERROR_INVALID_HANDLE)
            fail(instance_problem::not_a_lock_file,
                 "another kind of object already has the name " + where_, code);
        if (code != ERROR_ACCESS_DENIED)
            fail(instance_problem::system, "cannot make the mutex " + where_, code);
        const owned_handle seen(::OpenMutexW(SYNCHRONIZE, FALSE, wide_.c_str()));
        if (!seen)
            fail(instance_problem::squatted,
                 where_ + " is closed to you: another user has taken this name", code);
    }

    // The pid lies in four bytes of shared memory under a name of their own. A failure (Global
    // wants a privilege for that) costs the message its pid, no more.
    void write_pid() noexcept try {
        section_.reset(::CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0,
                                            sizeof(DWORD), (wide_ + L".holder").c_str()));
        if (!section_) return;
        const owned_view view = map(section_.get(), FILE_MAP_WRITE);
        if (view) *view = ::GetCurrentProcessId();
    } catch (...) {  // out of memory for the name
    }

    DWORD read_pid() const {
        const owned_handle section(
            ::OpenFileMappingW(FILE_MAP_READ, FALSE, (wide_ + L".holder").c_str()));
        if (!section) return 0;
        const owned_view view = map(section.get(), FILE_MAP_READ);
        return view ? *view : 0;
    }

    static owned_view map(HANDLE section, DWORD access) noexcept {
        return owned_view(
            static_cast<volatile DWORD*>(::MapViewOfFile(section, access, 0, 0, sizeof(DWORD))));
    }

    static bool lives(DWORD pid) noexcept {
        const owned_handle process(::OpenProcess(SYNCHRONIZE, FALSE, pid));
        if (!process) return ::GetLastError() == ERROR_ACCESS_DENIED;
        return ::WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT;
    }

    bool machine_wide_;
    std::string where_;
    std::wstring wide_;
    owned_handle mutex_ = {};
    owned_handle section_ = {};
};

}  // namespace tally::instance
