// SPDX-License-Identifier: MIT
// A number behind std::timed_mutex::try_lock_for: correct, and reported all the same by runtimes
// that do not know pthread_mutex_clocklock, which libstdc++ calls for it. The one known false
// report. It is named here, and checked to be as it is known, instead of being suppressed.
//
// With --runtime it prints what it was built with, and ends with 1 if that runtime lacks the
// interceptor, else with 0.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "machines/native.hpp"

namespace {

// Seen with the runtimes of gcc 12 and clang 14; gone in clang 16.
#if defined(__clang__)
constexpr const char* compiler = "clang " __clang_version__;
constexpr bool lacks_interceptor = __clang_major__ < 15;
#else
constexpr const char* compiler = "gcc " __VERSION__;
constexpr bool lacks_interceptor = __GNUC__ < 13;
#endif

constexpr unsigned threads = 4;
constexpr unsigned rounds = 1000;

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--runtime") == 0) {
        std::printf("runtime of %s, which %s pthread_mutex_clocklock\n", compiler,
                    lacks_interceptor ? "does not know" : "knows");
        return lacks_interceptor ? 1 : 0;
    }
    std::timed_mutex mutex;
    std::uint64_t number = 0;
    tally::native_team::run(threads, [&](unsigned) {
        for (unsigned round = 0; round != rounds; ++round) {
            while (!mutex.try_lock_for(std::chrono::seconds(1))) {
            }
            ++number;
            mutex.unlock();
        }
    });
    return number == threads * rounds ? 0 : 1;
}
