#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Wine, in a folder of its own and without a display.
#
#   under_wine.sh start <folder>                     a new Windows in <folder> (695 MB, 20 s)
#   under_wine.sh run <folder> <program> [...]       runs a program; becomes that process
#   under_wine.sh stop <folder>                      ends what runs in it, and removes the folder
set -euo pipefail

verb=$1
folder=$2
shift 2

export WINEPREFIX=$folder/prefix WINEARCH=win64
# Neither log lines, nor .NET and a browser to be downloaded, nor entries in the user's menus.
export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
# Wine keeps a folder for its server's socket: there, and not in /tmp.
export XDG_RUNTIME_DIR=$folder/run TMPDIR=$folder/run
unset DISPLAY WAYLAND_DISPLAY

# Debian's `wine` is a script that warns of the missing 32-bit half.
wine=/usr/lib/wine/wine64
[[ -x $wine ]] || wine=$(command -v wine64 || command -v wine)
server=/usr/lib/wine/wineserver64
[[ -x $server ]] || server=$(command -v wineserver)

case $verb in
    start)
        rm -rf -- "$folder"
        mkdir -p -- "$folder"
        mkdir -m 700 -- "$folder/run"
        "$wine" wineboot --init >/dev/null 2>&1
        # The first server ends by itself; the next start waits for it.
        "$server" -w
        ;;
    run)
        exec "$wine" "$@"
        ;;
    stop)
        [[ -d $folder ]] || exit 0
        "$server" -k -w || true  # none was running
        rm -rf -- "$folder"
        ;;
    *)
        echo "under_wine.sh: $verb: use start, run or stop" >&2
        exit 2
        ;;
esac
