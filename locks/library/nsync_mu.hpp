// SPDX-License-Identifier: MIT
// nsync_mu: the lock of Google's nsync, a word and a queue.
//
// A waiter spins a little, then enqueues and sleeps on a semaphore of its own. Who was woken and
// found the lock taken again waits at the front, and one that this happened to thirty times keeps
// newcomers out. Unfair otherwise. blocking/long_wait_mutex.hpp is its design on our machines.
//
// The library is built without ThreadSanitizer.
// needs: nsync nsync::nsync_cpp libnsync-dev
#pragma once

#include <nsync.h>

#include "machines/contract.hpp"
#include "machines/unseen.hpp"

namespace tally {

template <native_machine Machine>
class nsync_mu {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "Google nsync_mu"};
    struct node {};

    void lock(node&) {
        nsync::nsync_mu_lock(&mutex_);
        unseen::acquired(&mutex_);
    }
    bool try_lock(node&) {
        if (!nsync::nsync_mu_trylock(&mutex_)) return false;
        unseen::acquired(&mutex_);
        return true;
    }
    void unlock(node&) {
        unseen::releasing(&mutex_);
        nsync::nsync_mu_unlock(&mutex_);
    }

private:
    nsync::nsync_mu mutex_ = NSYNC_MU_INIT;
};

}  // namespace tally
