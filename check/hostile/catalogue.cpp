// SPDX-License-Identifier: MIT
// The catalogue of tally-check-hostile: locks that a user might bring, and that tally-check has to
// survive and to judge rightly. Most make one claim, which keeps this file quick to compile.
#include "check/catalogue.hpp"
#include "check/hostile/endings.hpp"
#include "check/hostile/in_loops.hpp"
#include "check/hostile/needless.hpp"
#include "check/hostile/orders_elsewhere.hpp"
#include "check/hostile/two_sockets.hpp"
#include "check/hostile/writers_starve.hpp"

namespace tally::check {

namespace {

template <class Lock>
void enter(catalogue& into, std::string_view name, std::string_view file) {
    entry made{.what = {name, "hostile", file}};
    add_program<stress::no_lost_update, Lock>(made, "no_lost_update", {{2, 2}, {3, 1}});
    into.entries.push_back(std::move(made));
}

// With every claim that it makes, as a lock of the catalogue.
struct starving {
    template <class Machine>
    using on = hostile::writers_starve<Machine>;
    static constexpr subject_info info{"writers_starve", "hostile",
                                       "check/hostile/writers_starve.hpp"};
};

}  // namespace

void fill(catalogue& into) {
    using namespace hostile;
    const std::string_view endings = "check/hostile/endings.hpp";
    enter<exits<checked>>(into, "exits", endings);
    enter<leaves<checked>>(into, "leaves", endings);
    enter<throws<checked>>(into, "throws", endings);
    enter<crashes<checked>>(into, "crashes", endings);
    enter<fair_locals<checked>>(into, "fair_locals", endings);
    enter<large_locals<checked>>(into, "large_locals", endings);
    enter<huge_locals<checked>>(into, "huge_locals", endings);
    enter<std_mutex_inside<checked>>(into, "std_mutex_inside", endings);
    enter<flag_outside<checked>>(into, "flag_outside", endings);
    const std::string_view loops = "check/hostile/in_loops.hpp";
    enter<loops_without_pause<checked>>(into, "loops_without_pause", loops);
    enter<never_opens<checked>>(into, "never_opens", loops);
    enter<swaps_in_a_loop<checked, false>>(into, "swaps_without_pause", loops);
    enter<swaps_in_a_loop<checked, true>>(into, "swaps_with_pause", loops);
    enter<orders_elsewhere<checked>>(into, "orders_elsewhere",
                                     "check/hostile/orders_elsewhere.hpp");
    enter<needless<checked>>(into, "needless", "check/hostile/needless.hpp");
    entry counter{.what = {"relaxed_counter", "hostile", "check/hostile/needless.hpp"},
                  .kind = kind::counter};
    add_program<stress::no_lost_add, relaxed_counter<checked>>(counter, "no_lost_add", {{2, 2}});
    into.entries.push_back(std::move(counter));
    enter<two_sockets<checked>>(into, "two_sockets", "check/hostile/two_sockets.hpp");
    enter_lock<starving>(into);
}

}  // namespace tally::check
