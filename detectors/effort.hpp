// SPDX-License-Identifier: MIT
// How hard the detectors that run threads try.
#pragma once

namespace tally::detectors {

struct effort {
    unsigned tries = 5;       // each with more time than the one before
    unsigned budget_ms = 20;  // for each claim in the first try
    unsigned patience_s = 3;  // without a step: a hang
};

}  // namespace tally::detectors
