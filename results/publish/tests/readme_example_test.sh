#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# readme_example_test.sh <README.md> <sources> <libtally_native.a> <compiler> [flags ...]
#
# The lock that the README shows is compiled with warnings as errors, and counts right on two
# threads in each kind of waiting.
set -euo pipefail
readme=$1 sources=$2 native=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sed -n '/^```cpp$/,/^```$/{//!p}' "$readme" >"$folder/first.hpp"
grep -q '^class first' "$folder/first.hpp" || { echo "the README shows no class first"; exit 1; }
cat >"$folder/main.cpp" <<'MAIN'
#include "first.hpp"

#include <cstdio>

#include "machines/native.hpp"
#include "claims/no_lost_update.hpp"

template <tally::waiting Waiting>
bool holds() {
    using machine = tally::native<Waiting>;
    const auto verdict = tally::stress::no_lost_update<machine, tally::first<machine>>::run(
        {.threads = 2, .rounds = 20000});
    if (!verdict.held) std::printf("%s\n", verdict.how_broken.c_str());
    return verdict.held;
}

int main() {
    const bool all = holds<tally::waiting::spin>() && holds<tally::waiting::yield>() &&
                     holds<tally::waiting::park>();
    std::printf("the README's lock %s\n", all ? "counts right" : "loses increments");
    return all ? 0 : 1;
}
MAIN
"$@" -std=c++20 -O1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I"$sources" \
    -I"$folder" "$folder/main.cpp" "$native" -pthread -o "$folder/program"
"$folder/program"
