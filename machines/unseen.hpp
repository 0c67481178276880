// SPDX-License-Identifier: MIT
// What ThreadSanitizer cannot see of a lock, told to it.
//
// A library that was built without the sanitizer, or whose atomics are inline assembly, shows it
// nothing: it would accuse everybody who uses such a lock (claims/broken/unseen_library.hpp). So
// the lock's file says when it has been acquired and when it is being released. Without the
// sanitizer the calls are nothing.
//
// The sanitizer believes what it is told. That it is silent then shows that the harness uses the
// lock as it should; whether the lock excludes is for the claims to find out.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define TALLY_TOLD 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TALLY_TOLD 1
#endif
#endif

#if defined(TALLY_TOLD)
#include <sanitizer/tsan_interface.h>
#endif

namespace tally::unseen {

#if defined(TALLY_TOLD)
inline void acquired(void* lock) { __tsan_acquire(lock); }
inline void releasing(void* lock) { __tsan_release(lock); }
#else
inline void acquired(void*) {}
inline void releasing(void*) {}
#endif

}  // namespace tally::unseen

#undef TALLY_TOLD
