// SPDX-License-Identifier: MIT
// tally-check interpreted [GENERATION [PROGRAM]]: can `num += 1` lose an update? Decided for each
// generation of the interpreter and each program, and held against what its byte codes allow.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/catalogue.hpp"
#include "check/options.hpp"

namespace tally::check {

// What is known of a generation and a program before anything is decided.
struct interpreted_case {
    std::string name;  // of its entry
    std::string_view generation;
    std::string_view program;
    std::string_view source;  // as one would write it in Python
    bool may_lose = false;    // its byte codes leave a point between load and store
};
const std::vector<interpreted_case>& interpreted_cases();

// Family "interpreted": an entry for each case.
void enter_interpreted(catalogue& into);

// Their names; an empty generation or program stands for all. Throws bad_input.
std::vector<std::string> interpreted_names(const std::string& generation,
                                           const std::string& program);

// Decides `with.names`. 0: each came to what its byte codes say.
int check_interpreted(const catalogue& all, const options& with);

}  // namespace tally::check
