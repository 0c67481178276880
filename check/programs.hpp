// SPDX-License-Identifier: MIT
// Programs that are not one lock's claims: the parking protocol that native machines sleep by. (The
// interpreter's increment: interpreted.hpp.)
#pragma once

#include "check/catalogue.hpp"

namespace tally::check {

// Family "protocol".
void enter_protocols(catalogue& into);

}  // namespace tally::check
