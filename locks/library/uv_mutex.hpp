// SPDX-License-Identifier: MIT
// uv_mutex_t: the lock of libuv, which Node.js stands on.
//
// On Linux a pthread_mutex_t of the default kind behind a function of the library, which ends the
// program at an error. Unfair.
// needs: libuv libuv::uv libuv1-dev
#pragma once

#include <uv.h>

#include <system_error>

#include "machines/contract.hpp"

namespace tally {

template <native_machine Machine>
class uv_mutex {
public:
    static constexpr lock_traits traits{
        .waiting = waits::itself, .next_holder_may_destroy = true, .cite = "libuv uv_mutex_t"};
    struct node {};

    uv_mutex() {
        const int error = uv_mutex_init(&mutex_);
        if (error != 0) throw std::system_error(-error, std::system_category(), "uv_mutex_init");
    }
    uv_mutex(const uv_mutex&) = delete;
    uv_mutex& operator=(const uv_mutex&) = delete;
    ~uv_mutex() { uv_mutex_destroy(&mutex_); }

    void lock(node&) noexcept { uv_mutex_lock(&mutex_); }
    bool try_lock(node&) noexcept { return uv_mutex_trylock(&mutex_) == 0; }
    void unlock(node&) noexcept { uv_mutex_unlock(&mutex_); }

private:
    uv_mutex_t mutex_;
};

}  // namespace tally
