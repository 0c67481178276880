#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# usage: killed_by_linux.sh <folder of Wine> <tally-instance.exe>
#
# Two copies under Wine. The first one's process is killed with SIGKILL: Windows code of its own
# gets no say, and the third copy starts at once.
set -euo pipefail
folder=$1
program=$2
here=$(dirname -- "${BASH_SOURCE[0]}")

work=$(mktemp -d "$folder/run/killed.XXXXXX")
pids=()
end_all() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf -- "$work"
}
trap end_all EXIT

start() { # <number>: starts a copy and waits for what it says
    "$here/under_wine.sh" run "$folder" "$program" --name killed-by-linux --for 60s \
        >"$work/$1" 2>/dev/null </dev/null &
    pids+=($!)
    for _ in $(seq 300); do
        [[ -s $work/$1 ]] && break
        sleep 0.1
    done
    tr -d '\r' <"$work/$1" | sed -n 1p
}
expect() { # <what> <said> <pattern>
    if [[ ! $2 =~ ^$3$ ]]; then
        printf 'FAILED: %s said "%s"\n' "$1" "$2"
        exit 1
    fi
    printf '%s: %s\n' "$1" "$2"
}

none='No other instance is running, can continue here'
running='Another instance of this program is already running \(pid [0-9]+\)'
start 1 >"$work/said"
expect 'the first copy' "$(<"$work/said")" "$none"
start 2 >"$work/said"
expect 'the second copy' "$(<"$work/said")" "$running"
status=0
wait "${pids[1]}" || status=$?
expect "the second copy's exit status" "$status" 0
kill -KILL "${pids[0]}"
wait "${pids[0]}" 2>/dev/null || true
began=$(date +%s%N)
start 3 >"$work/said"
expect 'the third copy, after SIGKILL to the first' "$(<"$work/said")" "$none"
printf 'said %d ms after the kill, of them its own start under Wine\n' $((($(date +%s%N) - began) / 1000000))
