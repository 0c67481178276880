#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# licence_test.sh <root of the sources>
#
# Every source says under which licence it is, in its first line or after the line that names its shell.
set -uo pipefail
cd -- "$1" || exit 2
sources=0
missing=0
while read -r source; do
    sources=$((sources + 1))
    head -n 2 "$source" | grep -q 'SPDX-License-Identifier: MIT' && continue
    echo "$source: the line 'SPDX-License-Identifier: MIT' is missing"
    missing=$((missing + 1))
done < <(find . \( -path ./build -o -path ./results/runs -o -path ./results/quick -o -path ./.git \) -prune -o \
    -type f \( -name '*.[ch]pp' -o -name '*.[ch]pp.in' -o -name CMakeLists.txt -o -name '*.cmake' -o \
    -name '*.sh' -o -name '*.py' \) -print)
((sources > 300)) || { echo "only $sources sources were found: this test is asleep"; exit 1; }
((missing == 0)) || exit 1
echo "$sources sources, each with its tag"
