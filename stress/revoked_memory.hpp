// SPDX-License-Identifier: MIT
// Memory that is taken away when its object ends, so that touching it later is seen.
//
// In a plain build every object has pages of its own, closed to any access when it is revoked
// and not opened again for many objects to come: a late read or write is a segmentation fault,
// which the harness tells from others by its address. Under a sanitizer it is heap memory, since
// the sanitizer sees more: a late touch that the machine happened to order, and who freed it.
#pragma once

#include <cstddef>

namespace tally::stress::revocable {

// Memory for one object of `bytes`, aligned to a page at most; throws std::bad_alloc. Any thread.
void* get(std::size_t bytes, std::size_t alignment);

// The object there has been destroyed: whoever touches it from now on is wrong.
void revoke(void* memory, std::size_t bytes, std::size_t alignment) noexcept;

// Whether the address lies in memory that get() gave out. Safe in a signal handler.
bool owns(const void* address) noexcept;

}  // namespace tally::stress::revocable
