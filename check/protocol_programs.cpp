// SPDX-License-Identifier: MIT
#include "check/programs.hpp"
#include "claims/no_lost_wakeup.hpp"

namespace tally::check {

void enter_protocols(catalogue& into) {
    using table = parking_table<checked, 1>;
    entry parking;
    parking.what = {"parking_table", "protocol", "machines/parking.hpp"};
    parking.kind = kind::program;
    add_program<stress::no_lost_wakeup, table>(parking, "no_lost_wakeup", {{2, 2}, {3, 1}});
    add_program<stress::no_lost_baton, table>(parking, "no_lost_baton", {{2, 1}, {3, 1}});
    into.entries.push_back(std::move(parking));
}

}  // namespace tally::check
