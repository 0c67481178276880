#!/bin/sh
# measure.sh <tally-check> <tally-detectors> <folder of the plain build>
#
# Builds what the sanitizers need beside the plain build, shows every suspect to every detector,
# stores the scoreboard with the runs and makes the page of it. Run from the root of the sources.
check=$1
detectors=$2
plain=$3
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
# --seconds is for a claim's search and the random phase after it together.
"$check" --all --audit --searches --seconds 10 --json "$facts"

"$detectors" measure "$facts" $builds --store results/runs --page results/detectors.md \
    --revision "$(git rev-parse --short=10 HEAD 2>/dev/null || echo unknown)"
