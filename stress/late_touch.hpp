// SPDX-License-Identifier: MIT
// A lock's memory touched after its end: the segmentation fault that revoked memory answers with
// becomes one line that names the claim, and an exit code of its own.
#pragma once

#include <csignal>

#include "stress/board.hpp"

namespace tally::stress {

// Watches for as long as it lives, on top of whatever handler there was; one at a time.
class late_touch_watch {
public:
    // `seen_by` knows what is being tried.
    explicit late_touch_watch(const board& seen_by);
    ~late_touch_watch();
    late_touch_watch(const late_touch_watch&) = delete;
    late_touch_watch& operator=(const late_touch_watch&) = delete;

private:
    struct sigaction before_ {};
};

}  // namespace tally::stress
