#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# crash_named_test.sh <tally-stress>
#
# The process in which the locks run is ended with success, from outside: as by a lock that calls
# _exit(0), or one that crashes.
set -u
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$1" --strategy ttas --budget 20s >"$said" 2>&1 &
judge=$!
for try in {1..100}; do
    child=$(cat "/proc/$judge/task/$judge/children") && [[ $child ]] && break
    sleep 0.05
done
sleep 1
kill -SEGV $child
wait "$judge"
status=$?
last=$(tail -n 1 "$said")
wanted='^tally-stress: crashed \(Segmentation fault\) in the middle of ttas/[a-z]+: .* \([0-9]+ threads, [0-9]+ rounds each\): no verdict'
[[ $status == 1 && $last =~ $wanted ]] && exit 0
echo "exit $status, wanted 1 and a last line like $wanted:"
cat "$said"
exit 1
