#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# named_files_test.sh <root of the sources>
#
# A file that the README, CONTRIBUTING or a page in docs/ names is there: folders are moved, and prose is
# not compiled. Links are relative to the page; what stands in backticks, to the root.
set -uo pipefail
cd -- "$1" || exit 2
named=0
missing=0
for page in *.md docs/*.md; do
    while read -r file; do
        named=$((named + 1))
        [[ -e $file ]] && continue
        printf '%s names %s, which is not there\n' "$page" "$file"
        missing=$((missing + 1))
    done < <(
        grep -oP '\]\(\K[A-Za-z.][^):# ]*(?=[)#])' "$page" | sed "s|^|$(dirname "$page")/|"
        # But for a reader's own folder, in an example.
        grep -oP '`\K[a-z]+/[A-Za-z0-9_./-]+\.(hpp|cpp|md|txt|sh|py|cmake)(?=`)' "$page" | grep -v '^my-locks/'
    )
done
((named > 40)) || { echo "only $named files are named: this test is asleep"; exit 1; }
((missing == 0)) || exit 1
echo "$named files are named, and are there"
