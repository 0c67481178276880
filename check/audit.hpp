// SPDX-License-Identifier: MIT
// The audit of memory orders: each access that is not relaxed is weakened, one step at a time, and
// the lock's claims are decided again. What survives is stronger than any claim needs.
#pragma once

#include <optional>
#include <vector>

#include "check/catalogue.hpp"
#include "check/report.hpp"
#include "machines/checked/explorer.hpp"

namespace tally::check {

// The steps below `order` for such an operation: seq_cst to what comes next for it, acq_rel to
// acquire, to release and to relaxed, either of these to relaxed.
std::vector<std::memory_order> steps_below(std::memory_order order, model::operation op);

struct audit_result {
    std::vector<weakened_order> orders;
    std::vector<audited_file> files;
};

// Weakens every order that the programs of `who` ask for: in its own file, and in whatever that
// includes. Not those of the suite itself, nor of another lock's own file: they are audited there.
//
// The programs have their own sizes, or the one that is `asked` for. What survives all of them is
// tried at larger ones, a thread or a round more each time, until a search no longer comes to its
// end within `with.seconds` for all of them together (10, where there is no bound).
// `compares`: each is hunted by each kind of search as well, to see which of them finds it.
audit_result audit(const entry& who, const model::options& with, std::optional<size> asked = {},
                   bool compares = false);

}  // namespace tally::check
