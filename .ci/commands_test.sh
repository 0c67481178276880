#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# commands_test.sh <root of the sources>
#
# run.sh typed right and wrong, and how .ci/run sums up. Installs nothing and builds nothing.
set -uo pipefail
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

# expect <exit code> <text in the output> <command ...>
expect() {
    local code=$1 text=$2 said status
    shift 2
    said=$("$@" 2>&1 </dev/null)
    status=$?
    if ((status != code)) || [[ $said != *"$text"* ]]; then
        printf '%s\n  exit %d, wanted %d; said: %s\n  wanted: %s\n' "$*" "$status" "$code" "$said" "$text"
        failures=$((failures + 1))
    fi
}

# Every workflow that CMake knows is listed, and the list fits a terminal.
listed=$("$root/run.sh")
workflows=0
while read -r preset; do
    workflows=$((workflows + 1))
    expect 0 "  $preset " "$root/run.sh"
done < <(cd "$root" && cmake --workflow --list-presets | sed -n 's/^  "\([^"]*\)".*/\1/p')
((workflows > 5)) || { echo "CMake lists $workflows workflows"; failures=$((failures + 1)); }
[[ -z $(awk 'length > 80' <<<"$listed") ]] || { echo "run.sh: a line is longer than 80"; failures=$((failures + 1)); }

expect 0 'usage: ./run.sh <preset>' "$root/run.sh" --help
expect 2 "did you mean 'test'?" "$root/run.sh" tset
expect 2 "did you mean 'tsan-gcc'?" "$root/run.sh" tsan-gc
expect 2 "did you mean 'bench'?" "$root/run.sh" benchmark
expect 2 'one preset at a time' "$root/run.sh" test asan
expect 2 "did you mean" "$root/run.sh" ' '
expect 2 'the name of the preset is empty' "$root/run.sh" ''

# A system without apt: bash and what POSIX has, nothing else.
mkdir "$folder/bin"
for tool in sed dirname sort tr cat; do ln -s "$(command -v "$tool")" "$folder/bin/"; done
expect 2 'no apt here. Install what Debian calls' env PATH="$folder/bin" "$BASH" "$root/run.sh" test
expect 2 'libabsl-dev' env PATH="$folder/bin" "$BASH" "$root/run.sh" test

# The tests under ThreadSanitizer end with one report of the race, unless they failed. Everything is
# installed here, and there is nothing to build.
mkdir -p "$folder/suite/"{bin,locks/a,counters,build/tsan-gcc/bin}
cp "$root/run.sh" "$root/CMakePresets.json" "$folder/suite/"
touch "$folder/suite/locks/a/a.hpp" "$folder/suite/counters/a.hpp"
printf '#!/bin/sh\nshift 2; for each; do echo "installed $each"; done\n' >"$folder/suite/bin/dpkg-query"
printf '#!/bin/sh\n' >"$folder/suite/bin/apt-get"
cat >"$folder/suite/bin/cmake" <<'RUN'
#!/bin/sh
test "$1" = --version && echo "cmake version 3.31.0" && exit
echo "ran $*"
exit "${ENDS:-0}"
RUN
printf '#!/bin/sh\necho "told under $TSAN_OPTIONS"\n' >"$folder/suite/build/tsan-gcc/bin/tally-race"
chmod +x "$folder/suite/bin/"* "$folder/suite/build/tsan-gcc/bin/tally-race"
faked=(env PATH="$folder/suite/bin:$PATH")
expect 0 'told under exitcode=0' "${faked[@]}" "$folder/suite/run.sh" tsan-gcc
expect 0 'build/tsan-gcc/bin/tally-race' "${faked[@]}" "$folder/suite/run.sh" tsan-gcc
expect 0 'ran --workflow --preset asan' "${faked[@]}" "$folder/suite/run.sh" asan
expect 8 'ran --workflow --preset tsan-gcc' "${faked[@]}" ENDS=8 "$folder/suite/run.sh" tsan-gcc

# ./tally lists its verbs, builds what is missing and no more, and runs it where it was called from.
expect 0 'usage: ./tally <verb>' "$root/tally"
expect 0 '  check ' "$root/tally" --help
[[ -z $("$root/tally" | awk 'length > 80') ]] || { echo "tally: a line is longer than 80"; failures=$((failures + 1)); }
expect 2 "there is no verb 'chekc'; did you mean 'check'?" "$root/tally" chekc
expect 2 "did you mean 'bench'?" "$root/tally" benchmark
expect 2 'the verb is empty' "$root/tally" ''
mkdir "$folder/tally"
cp "$root/tally" "$folder/tally/"
mkdir "$folder/tally/bin"
cat >"$folder/tally/bin/cmake" <<'RUN'
#!/bin/sh
echo "cmake $*"
echo "cmake $*" >>build.log
mkdir -p build/plain/bin
test "$1" = --preset && touch build/plain/CMakeCache.txt
test -n "$ENDS" && exit "$ENDS"
printf '#!/bin/sh\necho "$PWD: $(basename "$0") $*"; exit 3\n' >build/plain/bin/tally-check
chmod +x build/plain/bin/tally-check
RUN
chmod +x "$folder/tally/bin/cmake"
faked=(env PATH="$folder/tally/bin:$PATH")
expect 1 'cmake --preset plain failed' "${faked[@]}" ENDS=4 "$folder/tally/tally" check mcs
rm -r "$folder/tally/build" "$folder/tally/build.log"
expect 3 "$PWD: tally-check mcs --threads 2" "${faked[@]}" "$folder/tally/tally" check mcs --threads 2
[[ $(cat "$folder/tally/build.log") == $'cmake --preset plain\ncmake --build build/plain --target tally-check' ]] ||
    { echo "tally built something else:"; cat "$folder/tally/build.log"; failures=$((failures + 1)); }
# Configured once; what a build says is heard only when it fails.
said=$("${faked[@]}" "$folder/tally/tally" check mcs 2>&1)
[[ $said == "$PWD: tally-check mcs" ]] || { echo "tally check said: $said"; failures=$((failures + 1)); }
[[ $(grep -c preset "$folder/tally/build.log") == 1 ]] || { echo "tally configures each time"; failures=$((failures + 1)); }
expect 1 'cmake --build build/plain --target tally-check' "${faked[@]}" ENDS=4 "$folder/tally/tally" check mcs

# .ci/run over presets that pass, lose a test, cannot be built, and find no test.
mkdir "$folder/.ci"
cp "$root/.ci/run" "$folder/.ci/"
cat >"$folder/run.sh" <<'RUN'
#!/bin/sh
case $1 in
    lint) echo fine ;;
    test) echo "100% tests passed, 0 tests failed out of 40" ;;
    tsan-gcc)
        echo " 7/50 Test  #7: one that is red .....***Failed    0.03 sec"
        echo "what the red one said"
        echo "      Start  8: the next"
        echo " 8/50 Test  #8: the next ............   Passed    0.01 sec"
        echo "98% tests passed, 1 tests failed out of 50"; exit 8 ;;
    tsan-clang) echo "CMake Error"; exit 1 ;;
    asan) echo "No tests were found!!!"; exit 1 ;;
    *) echo "100% tests passed, 0 tests failed out of 1" ;;
esac
RUN
cat >"$folder/.ci/debian" <<'RUN'
#!/bin/sh
echo "left out: test in a root of Debian trixie: only root can make one"
exit 77
RUN
chmod +x "$folder/run.sh" "$folder/.ci/debian"
expect 1 ' passed, 3 failed' "$folder/.ci/run"
expect 1 '  debian-13    left out: test in a root of Debian trixie: only root' "$folder/.ci/run"
expect 1 '  tsan-gcc     exit 8, 49 of 50 passed' "$folder/.ci/run"
expect 1 $'\n--- tsan-gcc\n 7/50 Test  #7: one that is red .....***Failed    0.03 sec\nwhat the red one said\n\n---' "$folder/.ci/run"
expect 1 $'\n--- tsan-clang\nCMake Error\n' "$folder/.ci/run"
sed -i 's/; exit [0-9]*//; s/98% tests passed, 1 tests/100% tests passed, 0 tests/' "$folder/run.sh"
expect 0 ' passed, 0 failed' "$folder/.ci/run"
[[ $("$folder/.ci/run" | tail -n 1) =~ ^[0-9]+\ passed,\ 0\ failed$ ]] || failures=$((failures + 1))

# A fresh root that loses a test fails the run.
printf '#!/bin/sh\necho "50%% tests passed, 1 tests failed out of 2"; exit 8\n' >"$folder/.ci/debian"
expect 1 ' passed, 1 failed' "$folder/.ci/run"

# A root that is being used when .ci/debian is told to end: what runs in it ends first, and the root
# goes then. Made of nothing here, and what runs in it goes on writing there until it is ended.
cp "$root/.ci/debian" "$folder/.ci/debian"
cat >"$folder/bin/mmdebstrap" <<'RUN'
#!/bin/sh
for each; do case $each in */root-*) mkdir -p "$each/etc" "$each/proc" "$each/sys" "$each/dev"; esac; done
RUN
cat >"$folder/bin/chroot" <<'RUN'
#!/bin/sh
exec 9>"$USED" && flock 9 && cd "$1" || exit
for turn in $(seq 2000); do mkdir -p written; touch "written/$turn"; sleep 0.01; done 2>/dev/null
RUN
printf '#!/bin/sh\necho http://deb.debian.org/debian/\n' >"$folder/bin/apt-get"
printf '#!/bin/sh\nfor each; do :; done; mkdir -p "$each"\n' >"$folder/bin/git"
chmod +x "$folder/bin/"*
if ((EUID == 0)) && unshare --mount --pid --fork true 2>/dev/null; then
    USED=$folder/used PATH="$folder/bin:$PATH" bash "$folder/.ci/debian" trixie test &
    running=$!
    for try in {1..100}; do
        compgen -G "$folder/build/root-*/written" >/dev/null && break
        sleep 0.1
    done
    kill -TERM "$running"
    status=0
    wait "$running" || status=$?
    flock -n "$folder/used" true || { echo ".ci/debian ended, and what ran in the root goes on"; failures=$((failures + 1)); }
    if ((status != 143)) || compgen -G "$folder/build/root-*" >/dev/null; then
        printf '.ci/debian, told to end: exit %d, wanted 143; left: %s\n' "$status" "$(ls "$folder/build")"
        failures=$((failures + 1))
    fi
fi

((failures == 0)) || exit 1
echo "run.sh and .ci/run: as they say"
