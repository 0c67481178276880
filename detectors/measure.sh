#!/bin/sh
# SPDX-License-Identifier: MIT
# measure.sh <tally-check> <tally-detectors> <tally-publish> <folder of the plain build>
#
# Builds what the sanitizers need beside the plain build, shows every suspect to every detector,
# stores the scoreboard with the runs and publishes it. Run from the root of the sources.
check=$1
detectors=$2
publish=$3
plain=$4
set -eu

builds="--build stress=$plain"
for preset in tsan-gcc tsan-clang; do
    if cmake --preset "$preset" >/dev/null &&
        cmake --build --preset "$preset" --target tally-stress tally-mutant; then
        builds="$builds --build $preset=build/$preset"
    else
        echo "measure.sh: $preset cannot be built here: its column is left out" >&2
    fi
done

facts=$(mktemp)
trap 'rm -f "$facts"' EXIT
# What the searches find; whether that is as it should be is the check preset's affair.
# --budget is for a claim's search and the random phase after it together.
judged=0
"$check" --all --audit --searches --budget 10s --json "$facts"

"$detectors" measure "$facts" $builds --store results/runs \
    --revision "$(git rev-parse --short=10 HEAD 2>/dev/null || echo unknown)" || judged=$?
# 1: judged, and somebody was wrong, which the page shows. Anything above: there is nothing to publish.
[ "$judged" -le 1 ] || exit "$judged"
"$publish"
exit "$judged"
