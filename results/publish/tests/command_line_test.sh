#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# command_line_test.sh <tally-publish> <test data>
#
# tally-publish as a person calls it: what it says and how it exits when something is wrong.
set -uo pipefail
publish=$(realpath -- "$1")
data=$(realpath -- "$2")
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
failures=0

# expect <exit code> <text on standard error> <arguments ...>
expect() {
    local code=$1 text=$2 said status
    shift 2
    said=$("$publish" "$@" 2>&1 >"$folder/out")
    status=$?
    if ((status != code)) || [[ $said != *"$text"* ]]; then
        printf 'tally-publish %s\n  exit %d, wanted %d; said: %s\n  wanted: %s\n' \
            "$*" "$status" "$code" "$said" "$text"
        failures=$((failures + 1))
    fi
}

repository=$folder/repository
mkdir -p "$repository/locks" "$repository/docs" "$repository/results"
printf '<!-- tally:answer -->\n<!-- /tally:answer -->\n' >"$repository/README.md"
printf '<!-- tally:figures -->\n<!-- /tally:figures -->\n' >"$repository/docs/method.md"

expect 2 'is not the repository' --repository "$folder"
expect 2 'there is no run in' --repository "$repository"
expect 2 "unknown flag '--no-such-flag': did you mean" --no-such-flag
expect 2 'did you mean --results' --result x
expect 2 "unknown command 'compaer': did you mean compare?" compaer
expect 2 '--results: its value is empty' --repository "$repository" --results ''
expect 2 'its value is empty' --repository ''
expect 0 '' --help
[[ -z $(awk 'length > 80' "$folder/out") ]] || { echo "--help: a line is longer than 80"; failures=$((failures + 1)); }

cp -r "$data/runs" "$repository/results/"
expect 1 'does not match the raw runs' --repository "$repository" --check
expect 0 '' --repository "$repository"
expect 0 '' --repository "$repository" --check
grep -q '| `lost` |' "$repository/docs/method.md" || { echo "method.md was not filled"; failures=$((failures + 1)); }
grep -q 'charts/example-2cpu.svg' "$repository/README.md" || { echo "README.md was not filled"; failures=$((failures + 1)); }

# Changed by hand: found. Made anew: right again, and a run's own files are as they were.
echo 'changed by hand' >>"$repository/results/increments.csv"
expect 1 'increments.csv: does not match the raw runs' --repository "$repository" --check
expect 0 '' --repository "$repository"
expect 0 '' --repository "$repository" --check
diff -r "$data/runs" "$repository/results/runs" || failures=$((failures + 1))

# So are the pages of what other programs stored; one that cannot be read is named.
mkdir "$repository/results/runs/example-2cpu/20260101T000000Z-crash"
crash=$repository/results/runs/example-2cpu/20260101T000000Z-crash/crash.json
echo '{"schema": "tally-crash 1", "stride": 1, "random_kills": 0, "seed": 1, "patience_ms": 100, "locks": []}' >"$crash"
expect 1 'crash.md: does not match the raw runs' --repository "$repository" --check
expect 0 '' --repository "$repository"
expect 0 '' --repository "$repository" --check
echo 'changed by hand' >>"$repository/results/crash.md"
expect 1 'crash.md: does not match the raw runs' --repository "$repository" --check
echo '{' >"$crash"
expect 1 'crash.json is not a crash matrix' --repository "$repository"
expect 1 'crash.json is not a crash matrix' --repository "$repository" --check
# Its run is there, so the page is not one that is left over.
[[ $("$publish" --repository "$repository" --check 2>&1) != *'is left over'* ]] || { echo "the page of a bad run is called left over"; failures=$((failures + 1)); }

# What was made of a run that is gone is named, each page by itself, until it is gone too.
rm -r "${crash%/*}"
expect 1 'crash.md: is left over from a run that was removed: delete it, or restore' --repository "$repository" --check
rm "$repository/results/crash.md"
expect 0 '' --repository "$repository"  # the front page linked it
expect 0 '' --repository "$repository" --check
gone=$repository/results/runs/gone-1cpu
mkdir "$gone"
cp -r "$repository"/results/runs/example-2cpu/2026* "$gone"
: >"$repository/results/gone-notes.md"
expect 0 '' --repository "$repository"
echo 'notes by a person' >"$repository/results/gone-1cpu/notes.md"
expect 0 '' --repository "$repository" --check
rm -r "$gone"
expect 0 'results/gone-1cpu/counter.md: is left over from a run that was removed' --repository "$repository"
for made in gone-1cpu/counter.md gone-1cpu/floor.md gone-1cpu/sections.md charts/gone-1cpu.svg; do
    expect 1 "results/$made: is left over from a run that was removed" --repository "$repository" --check
    rm "$repository/results/$made"
done
expect 0 '' --repository "$repository" --check
rm -r "$repository"/results/gone-*
# Nor is it fine when no run is left at all.
mv "$repository/results/runs" "$folder/put-away"
expect 1 'results/increments.csv: is left over from a run that was removed' --repository "$repository" --check
mv "$folder/put-away" "$repository/results/runs"

# One truncated run: named, the others published, not zero.
run=$repository/results/runs/example-2cpu/20990101T000000Z-broken
cp -r "$repository"/results/runs/example-2cpu/2026* "$run"
head -c 5000 "$data"/runs/example-2cpu/2026*/bench.json >"$run/bench.json"
rm "$repository/results/README.md"
expect 1 '20990101T000000Z-broken/bench.json' --repository "$repository"
grep -q '# Example CPU' "$repository/results/README.md" || { echo "the whole run was not published"; failures=$((failures + 1)); }
# Nor does a number that no double holds, or a folder by the file's name.
sed 's/"increments_per_second":[0-9.e+]*/"increments_per_second":1e999/' \
    "$data"/runs/example-2cpu/2026*/bench.json >"$run/bench.json"
rm "$repository/results/README.md"
expect 1 '20990101T000000Z-broken/bench.json: holds a number' --repository "$repository"
[[ -f $repository/results/README.md ]] || { echo "the whole run was not published"; failures=$((failures + 1)); }
rm "$run/bench.json" "$repository/results/README.md"
mkdir "$run/bench.json"
expect 1 '20990101T000000Z-broken/bench.json: is a folder' --repository "$repository"
[[ -f $repository/results/README.md ]] || { echo "the whole run was not published"; failures=$((failures + 1)); }
rm -r "$run"

# One that was killed before its first window is named, and is no fault.
mkdir "$run"
cp "$data"/runs/example-2cpu/2026*/environment.json "$run/"
: >"$run/bench.jsonl"
if command -v gnuplot >/dev/null; then
    expect 0 'bench.jsonl: belongs to a run that ended before its first window did' --repository "$repository"
else
    expect 1 'bench.jsonl: belongs to a run that ended before its first window did' --repository "$repository"
fi
rm -r "$run"

# Nor does a path that cannot be read: a link in a circle, a FIFO, a name that could be mistaken.
ln -s loop "$repository/results/runs/loop"
ln -s circle "$repository/results/runs/example-2cpu/circle"
mkdir -p "$run" "$repository/results/runs/example-2cpu/a|b"
mkfifo "$run/bench.json"
cp "$data"/runs/example-2cpu/2026*/environment.json "$run/"
for named in 'runs/loop: ' 'example-2cpu/circle: ' 'broken/bench.json: is not a regular file' \
    'a|b: the names of'; do
    rm -f "$repository/results/README.md"
    expect 1 "$named" --repository "$repository"
    [[ -f $repository/results/README.md ]] || { echo "the whole run was not published"; failures=$((failures + 1)); }
done
rm -r "$run" "$repository"/results/runs/{loop,example-2cpu/circle,'example-2cpu/a|b'}
rm "$repository/results/README.md"
TMPDIR=/nowhere expect 1 'TMPDIR' --repository "$repository"
[[ -f $repository/results/README.md ]] || { echo "TMPDIR stopped the tables"; failures=$((failures + 1)); }
expect 2 'unknown command' $'forged\n\e[31mtally-publish: published'
[[ $("$publish" $'forged\n\e[31m' 2>&1 | wc -l) == 1 ]] || { echo "an argument forged a line"; failures=$((failures + 1)); }

# A folder that cannot be made stops it before anything is replaced.
before=$(cat "$repository/results/increments.csv")
rm -rf "$repository/results/charts"
: >"$repository/results/charts"
expect 2 'charts' --repository "$repository"
[[ $(cat "$repository/results/increments.csv") == "$before" ]] || failures=$((failures + 1))
[[ -z $(find "$repository" -name '*.part*') ]] || { echo "temporary files were left"; failures=$((failures + 1)); }
rm "$repository/results/charts"

# No gnuplot: tables all the same, and it says what is missing.
hidden=$folder/bin
mkdir "$hidden"
ln -s "$(command -v sh)" "$hidden/sh"
PATH=$hidden expect 1 'gnuplot is not installed' --repository "$repository"

# Results kept elsewhere link to the sources from there, and fill no page.
mkdir -p "$repository/locks/spin" "$repository/results/quick"
: >"$repository/locks/spin/ttas.hpp"
cp -r "$data/runs" "$repository/results/quick/"
(cd "$repository" && "$publish" --results results/quick --quiet) || failures=$((failures + 1))
grep -qx '\[ttas\]: ../../../locks/spin/ttas.hpp' "$repository/results/quick/example-2cpu/counter.md" || { echo "the link is wrong"; failures=$((failures + 1)); }

# Two runs compared: the same, then one that has become slower.
one=$(echo "$data"/runs/example-2cpu/2026*)
expect 0 '' compare "$one" "$one/"
other=$folder/runs/example-2cpu/later
mkdir -p "$other"
cp "$one"/*.json "$other/"
sed -i 's/"increments_per_second":\([0-9]\)\([0-9]*\)\([0-9]\)/"increments_per_second":\1\2/' "$other/bench.json"
expect 1 '' compare "$one" "$other"
grep -q '^slower .*counter/' "$folder/out" || { echo "no row was called slower"; failures=$((failures + 1)); }
# Whoever leaves before it is told does not change what is found.
status=$({ { sleep 0.2; "$publish" compare "$one" "$other"; echo $? >&2; } | true; } 2>&1)
[[ $status == 1 ]] || { echo "compare to a reader that left: $status"; failures=$((failures + 1)); }
expect 2 'is not a folder' compare "$one" "$folder/nowhere"
expect 2 'two machines' compare "$one" "$(mkdir -p "$folder/b/r" && cp "$one"/*.json "$folder/b/r" && echo "$folder/b/r")"
expect 2 "'after' is missing; see tally-publish compare --help" compare "$one"

((failures == 0)) || exit 1
echo "tally-publish: every mistake was named"
