// SPDX-License-Identifier: MIT
// The unit tests bring their own strategies.
#include "bench/subject.hpp"

namespace tally::bench {

void fill(catalogue&) {}

}  // namespace tally::bench
