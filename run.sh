#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ./run.sh <preset>   install what the preset needs, then run it.
# ./run.sh            list the presets.
#
# Packages are installed with apt, by name, and only those that are missing. Everything after that
# is `cmake --workflow --preset <preset>`, which works without this script too.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

fail() {
    printf 'run.sh: %s\n' "$*" >&2
    exit 2
}

# What each preset needs, as Debian and Ubuntu call it. A lock that stands on a library names the
# library's package in its own file ("// needs:"); those packages are wanted, not required: without
# one its locks are left out, and the build says so.
required_by() {
    echo g++ cmake ninja-build
    # What the harnesses stand on: see cmake/Packages.cmake.
    echo libbenchmark-dev catch2 nlohmann-json3-dev libcli11-dev libfmt-dev libboost-dev libhwloc-dev
    case $1 in
        bench | bench-quick | publish) echo gnuplot-nox git ;;
        interpreters) echo gnuplot-nox git python3 python3-dev ;;
        test | short) echo gnuplot-nox git valgrind binutils python3 python3-dev libboost-context-dev ;;
        check) echo libboost-context-dev ;;
        detectors) echo libboost-context-dev gnuplot-nox git && clang_packages ;;
        asan) echo gnuplot-nox git ;;
        tsan-clang) clang_packages ;;
        clang) clang_packages && echo gnuplot-nox git ;;
        lint) echo clang-format-14 ;;
        windows) echo g++-mingw-w64-x86-64-posix wine64 ;;
    esac
}
wanted_by() {
    sed -n 's|^// needs: [^ ]* [^ ]* \([^ ]*\)$|\1|p' locks/*/*.hpp counters/*.hpp
}

# clang 19 where it can be had, else the system's own. The runtime has a package of its own, and
# the symbolizer is what makes a report name file and line.
clang_packages() {
    if can_install clang-19; then
        echo clang-19 libclang-rt-19-dev llvm-19
    else
        echo clang llvm
    fi
}

# Names and descriptions stand in CMakePresets.json, one workflow after the other. Read without a
# JSON parser, because a fresh system has none.
workflows() {
    local line name="" inside=""
    while IFS= read -r line; do
        case $line in
            *'"workflowPresets"'*) inside=yes ;;
            *'"name":'*'"description":'*) ;;
            *'"description":'*)
                line=${line#*\"description\": \"}
                [[ -n $inside && -n $name ]] && printf '%s|%s\n' "$name" "${line%\"*}"
                name=""
                ;;
            *'"type":'*) ;;
            *'"name":'*)
                line=${line#*\"name\": \"}
                name=${line%%\"*}
                ;;
        esac
    done <CMakePresets.json
}

list() {
    printf 'usage: ./run.sh <preset>\n\n'
    local name description
    while IFS='|' read -r name description; do
        printf '  %-13s %s\n' "$name" "$description"
    done < <(workflows)
    printf '\nTimes are those of two CPUs. The first build of a preset takes minutes, too.\n'
    printf 'What a preset needs is installed first, with apt, if it is missing.\n'
    printf 'Without this script: cmake --workflow --preset <preset>\n'
}

# Edits (Levenshtein) between two words.
distance() {
    local a=$1 b=$2 i j cost
    local -a row next
    for ((j = 0; j <= ${#b}; j++)); do row[j]=$j; done
    for ((i = 1; i <= ${#a}; i++)); do
        next=("$i")
        for ((j = 1; j <= ${#b}; j++)); do
            cost=1
            [[ ${a:i-1:1} == "${b:j-1:1}" ]] && cost=0
            local least=$((row[j - 1] + cost))
            ((row[j] + 1 < least)) && least=$((row[j] + 1))
            ((next[j - 1] + 1 < least)) && least=$((next[j - 1] + 1))
            next[j]=$least
        done
        row=("${next[@]}")
    done
    echo "${row[${#b}]}"
}

nearest() {
    local name rest best="" fewest=999 edits
    while IFS='|' read -r name rest; do
        edits=$(distance "$1" "$name")
        # One that the word begins, or that begins with the word, is nearer than any spelling.
        [[ $name == "$1"* || $1 == "$name"* ]] && edits=1
        ((edits < fewest)) && fewest=$edits && best=$name
    done < <(workflows)
    echo "$best"
}

installed() { # prints which of its arguments are installed
    dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p'
}

can_install() { # whether apt knows a version of this package
    local known
    # Captured whole: a reader that stops early would fail the pipe, and the answer with it.
    known=$(apt-cache policy -- "$1" 2>/dev/null) || return 1
    [[ $known =~ Candidate:\ [^\(] ]]
}

missing_of() {
    local -A have=()
    local package
    (($#)) || return 0
    for package in $(installed "$@"); do have[$package]=1; done
    for package in "$@"; do
        [[ -n ${have[$package]:-} ]] || satisfied_otherwise "$package" || echo "$package"
    done
}

# A tool that was installed by other means than apt need not be installed again.
satisfied_otherwise() {
    case $1 in
        cmake) command -v cmake >/dev/null ;;
        ninja-build) command -v ninja >/dev/null ;;
        g++ | git) command -v "$1" >/dev/null ;;
        *) false ;;
    esac
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "packages are missing and this is neither root nor is there sudo; as root:" \
            "apt-get install ${to_install[*]}"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# Packages are looked up anew only when a name is unknown or what the lists name is gone.
refresh() {
    [[ -n ${refreshed:-} ]] && return 1
    refreshed=yes
    printf 'run.sh: apt-get update\n'
    apt update >/dev/null || printf 'run.sh: apt-get update failed; going on with the lists as they are\n' >&2
}

install_missing() {
    local preset=$1 package
    to_install=()

    if ! command -v apt-get >/dev/null; then
        fail "no apt here. Install what Debian calls $(echo $(required_by "$preset")) (and, for all" \
            "locks, $(echo $(wanted_by | sort -u))), then run: cmake --workflow --preset $preset"
    fi

    # A fresh system has no lists yet; without them it cannot be asked what it could install.
    local -a missing
    mapfile -t missing < <(missing_of $(required_by "$preset") $(wanted_by | sort -u))
    for package in "${missing[@]}"; do
        can_install "$package" || { refresh && break; }
    done || true
    [[ -z ${refreshed:-} ]] || mapfile -t missing < <(
        missing_of $(required_by "$preset") $(wanted_by | sort -u))

    local required=" $(echo $(required_by "$preset")) "
    for package in "${missing[@]}"; do
        if can_install "$package"; then
            to_install+=("$package")
        elif [[ $required == *" $package "* ]]; then
            fail "apt has no package $package; '$preset' needs it"
        else
            printf 'run.sh: apt has no package %s: the locks that need it are left out\n' "$package"
        fi
    done

    if ((${#to_install[@]})); then
        printf 'run.sh: installing %s\n' "${to_install[*]}"
        apt install -y --no-install-recommends "${to_install[@]}" >/dev/null || {
            refresh && apt install -y --no-install-recommends "${to_install[@]}" >/dev/null
        } || fail "apt could not install the packages above"
    fi

    local version
    version=$(cmake --version | sed -n '1s/[^0-9]*//p')
    [[ $(printf '3.25\n%s\n' "$version" | sort -V | head -n 1) == 3.25 ]] ||
        fail "cmake $version is too old: 3.25 or newer is needed (Debian 12, Ubuntu 24.04)"
}

# The race that the tests under ThreadSanitizer find in `racy`, as the sanitizer tells it.
show_race() {
    local program=$1 flags="exitcode=0" symbolizer fixed
    # Only clang's runtime asks a program for file and line.
    symbolizer=$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer) &&
        [[ $program == *clang* ]] && flags+=" external_symbolizer_path=$symbolizer"
    # gcc's runtime does not start everywhere unless addresses are where it expects them.
    fixed="setarch --addr-no-randomize"
    $fixed true 2>/dev/null || fixed=""
    printf '\nThe race, by file and line; to see it again:\n'
    printf '  TSAN_OPTIONS="%s" \\\n      %s\n\n' "$flags" "${fixed:+$fixed }$program"
    TSAN_OPTIONS=$flags $fixed "$program" 2>&1 </dev/null
}

(($#)) || set -- --help
case $1 in
    # Nobody means it: it is what a shell makes of a variable that is not set.
    "") fail "the name of the preset is empty (./run.sh lists them)" ;;
    -h | --help | help)
        list
        exit 0
        ;;
esac
known=" $(workflows | sed 's/|.*//' | tr '\n' ' ')"
[[ $1 != *' '* && $known == *" $1 "* ]] ||
    fail "there is no preset '$1'; did you mean '$(nearest "$1")'? (./run.sh lists them)"
(($# == 1)) || fail "one preset at a time, and nothing after it: ./run.sh $1"

install_missing "$1"
cmake --workflow --preset "$1"
# Those tests pass without a word where they find what they must; this is one such find.
case $1 in
    tsan-*) show_race "build/$1/bin/tally-race" ;;
esac
