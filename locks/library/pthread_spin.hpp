// SPDX-License-Identifier: MIT
// pthread_spinlock_t: POSIX's spin lock.
//
// In glibc a test-and-test-and-set on an int. Unfair. It never leaves the CPU, so with more
// threads than CPUs a waiter may spin for as long as the holder is descheduled.
#pragma once

#include <pthread.h>

#include <system_error>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class pthread_spin {
public:
    static constexpr lock_traits traits{.waiting = waits::itself,
                                        .cite = "POSIX.1-2001 pthread_spin_lock"};
    struct node {};

    pthread_spin() {
        const int error = pthread_spin_init(&spin_, PTHREAD_PROCESS_PRIVATE);
        if (error != 0) throw std::system_error(error, std::system_category(), "pthread_spin_init");
    }
    pthread_spin(const pthread_spin&) = delete;
    pthread_spin& operator=(const pthread_spin&) = delete;
    ~pthread_spin() { pthread_spin_destroy(&spin_); }

    void lock(node&) noexcept { pthread_spin_lock(&spin_); }
    bool try_lock(node&) noexcept { return pthread_spin_trylock(&spin_) == 0; }
    void unlock(node&) noexcept { pthread_spin_unlock(&spin_); }

private:
    pthread_spinlock_t spin_;
};

}  // namespace tally
