// SPDX-License-Identifier: MIT
// Small manners for system calls.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace tally::process {

// Throws what errno says, with what was tried.
[[noreturn]] inline void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Whether the system ran out of something: of processes, memory, descriptors, space. That says
// nothing of who asked.
inline bool is_shortage(const std::error_code& code) noexcept {
    for (const auto kind :
         {std::errc::resource_unavailable_try_again, std::errc::not_enough_memory,
          std::errc::too_many_files_open, std::errc::too_many_files_open_in_system,
          std::errc::no_space_on_device, std::errc::file_too_large})
        if (code == kind) return true;
    return false;
}

// Calls again as long as a signal interrupts the call.
template <class Call>
auto retried(Call call) {
    auto result = call();
    while (result == -1 && errno == EINTR)
        result = call();
    return result;
}

}  // namespace tally::process
