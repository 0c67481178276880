// SPDX-License-Identifier: MIT
// What docs/gil.md says: each sentence that says something of a figure is chosen by that figure.
#pragma once

#include <string>

#include "results/publish/gil/findings.hpp"

namespace tally::results::gil {

// Paragraphs, each with its last newline; empty where there is nothing to say.
std::string on_losses(const findings& run);
std::string on_costs(const findings& run);
std::string on_replacement(const findings& run);

// Within a paragraph.
std::string on_agreement(const findings& run);
std::string on_models(const findings& run);
std::string on_measuring_models(const findings& run);

}  // namespace tally::results::gil
