// SPDX-License-Identifier: MIT
// GMutex: the lock of GLib, which GNOME's programs stand on.
//
// On Linux an int with three states (free, taken, taken with waiters) and a futex; a waiter sleeps
// at once. The calls go into the library, which is built without ThreadSanitizer. Unfair.
// needs: GLib GLib::glib libglib2.0-dev
#pragma once

#include <glib.h>

#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class glib_mutex {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "GLib GMutex"};
    struct node {};

    glib_mutex() { g_mutex_init(&mutex_); }
    glib_mutex(const glib_mutex&) = delete;
    glib_mutex& operator=(const glib_mutex&) = delete;
    ~glib_mutex() { g_mutex_clear(&mutex_); }

    void lock(node&) {
        g_mutex_lock(&mutex_);
        unseen::acquired(&mutex_);
    }
    bool try_lock(node&) {
        if (!g_mutex_trylock(&mutex_)) return false;
        unseen::acquired(&mutex_);
        return true;
    }
    void unlock(node&) {
        unseen::releasing(&mutex_);
        g_mutex_unlock(&mutex_);
    }

private:
    GMutex mutex_;
};

}  // namespace tally
