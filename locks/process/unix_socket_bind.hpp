// SPDX-License-Identifier: MIT
// An abstract socket's name: it can be bound once, and who waits is connected to who holds it.
//
//   socket_   bound and listening while we hold the lock; closed otherwise
//
//   lock      bind; if the name is taken, connect to the holder, read until it hangs up, try again
//   unlock    close
//
// The name lives in the kernel, not in a file: nothing is left behind, and the kernel frees it when
// the last copy of the socket is closed. A waiter sleeps without polling. Unfair. A child made by
// fork shares the socket. The name belongs to the network namespace, and any user may take it.
// unix(7), abstract socket addresses (Linux 2.2).
// system: Linux
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "machines/process/contract.hpp"
#include "machines/process/system.hpp"

namespace tally {

template <process_machine Machine>
class unix_socket_bind {
public:
    static constexpr process::lock_traits traits{.holder_killed = process::fate::released,
                                                 .rests_on = "an abstract socket",
                                                 .cite = "unix(7), Linux 2.2"};

    unix_socket_bind(const process::lock_name& name, process::opening) {
        address_.sun_family = AF_UNIX;
        const auto called = name.flat();
        if (called.size() + 1 > sizeof address_.sun_path) {
            errno = ENAMETOOLONG;
            process::fail("abstract socket " + called);
        }
        // The first byte stays zero: that is what makes it abstract.
        std::memcpy(address_.sun_path + 1, called.data(), called.size());
        length_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + called.size());
    }
    unix_socket_bind(const unix_socket_bind&) = delete;
    unix_socket_bind& operator=(const unix_socket_bind&) = delete;
    ~unix_socket_bind() {
        if (socket_ != -1) ::close(socket_);
    }

    process::entry lock(process::member me) {
        process::entry told = try_lock(me);
        while (told == process::entry::busy) {
            wait_for_holder();
            told = try_lock(me);
        }
        return told;
    }
    process::entry try_lock(process::member) {
        const int bound = new_socket();
        if (::bind(bound, address(), length_) == 0 && ::listen(bound, 128) == 0) {
            socket_ = bound;
            return process::entry::acquired;
        }
        const int error = errno;
        ::close(bound);
        errno = error;
        if (error == EADDRINUSE) return process::entry::busy;
        process::fail("bind");
    }
    void unlock(process::member) {
        const int held = socket_;
        socket_ = -1;
        if (::close(held) == -1) process::fail("close");
    }

    static void remove(const process::lock_name&) {}

private:
    const sockaddr* address() const noexcept {
        return reinterpret_cast<const sockaddr*>(&address_);
    }
    static int new_socket() {
        const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (made == -1) process::fail("socket");
        return made;
    }
    // Returns when the holder has hung up, or when there is none. Refused means: not listening
    // yet, or no more. Queued means asleep in connect or in read: both end with the holder.
    void wait_for_holder() {
        const int ours = new_socket();
        char nothing = 0;
        if (::connect(ours, address(), length_) == 0) (void)!::read(ours, &nothing, 1);
        ::close(ours);
    }

    sockaddr_un address_{};
    socklen_t length_ = 0;
    int socket_ = -1;
};

}  // namespace tally
