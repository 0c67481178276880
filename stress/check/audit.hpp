// The audit of memory orders: each access that is not relaxed is weakened, one step at a time, and
// the lock's claims are decided again. What survives is stronger than any claim needs.
#pragma once

#include <vector>

#include "machines/checked/explorer.hpp"
#include "stress/check/catalogue.hpp"
#include "stress/check/report.hpp"

namespace tally::check {

// The steps below `order` for such an operation: seq_cst to what comes next for it, acq_rel to
// acquire, to release and to relaxed, either of these to relaxed.
std::vector<std::memory_order> steps_below(std::memory_order order, model::operation op);

// Weakens every order that the lock's own file (`who.what.file`) asks for. `compares`: each is
// hunted by each kind of search as well, to see which of them finds it, and how fast.
std::vector<weakened_order> audit(const entry& who, const model::options& with,
                                  bool compares = false);

}  // namespace tally::check
