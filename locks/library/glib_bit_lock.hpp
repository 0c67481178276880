// SPDX-License-Identifier: MIT
// g_bit_lock: GLib's lock in one bit of an int, whose other bits are its user's.
//
// Sets the bit; a waiter sleeps on a futex at once. Who waits is counted in a table that all such
// locks share by address, and unlock() looks there whether to wake: one that has no waiter may
// enter the kernel for another's. The calls go into the library, which is built without
// ThreadSanitizer. Unfair.
// needs: GLib GLib::glib libglib2.0-dev
#pragma once

#include <glib.h>

#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class glib_bit_lock {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "GLib g_bit_lock"};
    struct node {};

    void lock(node&) {
        g_bit_lock(&word_, 0);
        unseen::acquired(this);
    }
    bool try_lock(node&) {
        if (!g_bit_trylock(&word_, 0)) return false;
        unseen::acquired(this);
        return true;
    }
    void unlock(node&) {
        unseen::releasing(this);
        g_bit_unlock(&word_, 0);
    }

private:
    gint word_ = 0;
};

}  // namespace tally
