// SPDX-License-Identifier: MIT
// A pthread_mutex_t of a chosen kind, owned.
//
//   pthread_mutex plain([](pthread_mutexattr_t& kind) { return pthread_mutexattr_set...; });
//
// Throws std::system_error where the system does not have that kind.
#pragma once

#include <pthread.h>

#include <system_error>

namespace tally {

class pthread_mutex {
public:
    template <class SetKind>
    explicit pthread_mutex(SetKind set_kind) {
        pthread_mutexattr_t kind;
        check(pthread_mutexattr_init(&kind));
        int error = set_kind(kind);
        if (error == 0) error = pthread_mutex_init(&mutex_, &kind);
        pthread_mutexattr_destroy(&kind);
        check(error);
    }
    pthread_mutex(const pthread_mutex&) = delete;
    pthread_mutex& operator=(const pthread_mutex&) = delete;
    ~pthread_mutex() { pthread_mutex_destroy(&mutex_); }

    // Most kinds cannot fail to be locked or unlocked, save by misuse.
    void lock() noexcept { pthread_mutex_lock(&mutex_); }
    bool try_lock() noexcept { return pthread_mutex_trylock(&mutex_) == 0; }
    void unlock() noexcept { pthread_mutex_unlock(&mutex_); }

    // For a kind that has more to say.
    pthread_mutex_t* native_handle() noexcept { return &mutex_; }

private:
    static void check(int error) {
        if (error != 0)
            throw std::system_error(error, std::system_category(), "this kind of pthread mutex");
    }

    pthread_mutex_t mutex_;
};

}  // namespace tally
