// SPDX-License-Identifier: MIT
// Decides one claim, at one size, on the checked machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/catalogue.hpp"
#include "check/report.hpp"
#include "machines/checked/explorer.hpp"

namespace tally::check {

// The claim as a program for the explorer.
model::program program_of(const claim_program& claim, size at);

// The sizes to decide a claim at: its own, or what was asked for as far as it can express it.
std::vector<size> sizes_of(const claim_program& claim, std::optional<size> asked = {});

// Runs it. `sites`, if given, gets every access that was seen.
decision decide(const claim_program& claim, size at, const model::options& with,
                std::vector<model::access_site>* sites = nullptr);

// What ought to be caught and needs luck more than patience mostly is by a few thousand executions
// at random (PCT).
decision by_luck(const claim_program& claim, size at, model::options with);

// The claim's replay string, which says which program it is of: "no_lost_update:2x2:...".
struct replay_string {
    std::string claim;
    size at;
    std::string execution;
};
// Throws std::invalid_argument, with what is wrong in one line.
replay_string read_replay(const std::string& text);

// The facts of a subject, before anything is decided.
subject_report report_on(const entry& who);

// Decides all claims of `who` at their default sizes. A subject that ought to be caught is let go
// as soon as it is.
subject_report decide_all(const entry& who, const model::options& with);

}  // namespace tally::check
