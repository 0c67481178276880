# SPDX-License-Identifier: MIT
# Toolchain: clang 19 where it is installed, else the system's own clang.
find_program(TALLY_CLANG NAMES clang++-19 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER "${TALLY_CLANG}")
