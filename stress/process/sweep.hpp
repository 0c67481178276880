// SPDX-License-Identifier: MIT
// The proof that nothing is left: runs that are killed, and a sweep after them.
#pragma once

namespace tally::process_stress {

// Makes and holds one of each lock, names the run's folder on standard output and waits.
int occupy();

// Kills such a run, and a test in its midst, and looks before and after a sweep. Returns the exit
// status: 0 if all was found and removed, and nothing of a living run was.
int prove_sweep();

}  // namespace tally::process_stress
