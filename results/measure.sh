#!/bin/sh
# SPDX-License-Identifier: MIT
# measure.sh <tally-bench> <tally-publish> <results> [flags of tally-bench ...]
#
# Measures into <results>/runs, then publishes what is there. A run in which a count was wrong is
# published too, and shows it; the exit code is that of the first that failed.
bench=$1
publish=$2
results=$3
shift 3

# The rows as they come are all in the tables; what remains is the bar, and whatever went wrong.
"$bench" --store "$results/runs" "$@" >/dev/null
measured=$?
# 1: measured, but something was wrong. Anything above: there is nothing to publish, or somebody
# stopped it; then the finished rows are kept and `./run.sh publish` shows them.
[ "$measured" -le 1 ] || exit "$measured"

if [ "$results" = results ]; then
    "$publish"
else
    "$publish" --results "$results"
fi
published=$?
[ "$measured" -ne 0 ] && exit "$measured"
exit "$published"
