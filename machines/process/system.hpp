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

// Calls again as long as a signal interrupts the call.
template <class Call>
auto retried(Call call) {
    auto result = call();
    while (result == -1 && errno == EINTR)
        result = call();
    return result;
}

}  // namespace tally::process
