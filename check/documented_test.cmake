# SPDX-License-Identifier: MIT
# What docs/checking-a-program.md prints is what is compiled and run here.
file(READ "${PROGRAM}" program)
file(READ "${PAGE}" page)
string(REGEX MATCH "// \\[program\\]\n(.*)\n// \\[program\\]" found "${program}")
set(program "${CMAKE_MATCH_1}")
string(FIND "${page}" "```cpp\n${program}\n```\n" at)
if(program STREQUAL "" OR at EQUAL -1)
    message(FATAL_ERROR "${PAGE} does not show the program of ${PROGRAM}:\n${program}")
endif()
