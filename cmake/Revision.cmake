# SPDX-License-Identifier: MIT
# Sets tally_revision to that of the sources, or to "unknown". It is taken when CMake runs, and CMake
# runs again when the branch moves.
find_package(Git QUIET)
set(tally_revision unknown)
if(GIT_FOUND)
    execute_process(COMMAND "${GIT_EXECUTABLE}" -C "${PROJECT_SOURCE_DIR}" rev-parse --short=10 HEAD
                    OUTPUT_VARIABLE tally_head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND "${GIT_EXECUTABLE}" -C "${PROJECT_SOURCE_DIR}" rev-parse
                            --path-format=absolute --git-path logs/HEAD
                    OUTPUT_VARIABLE tally_head_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(tally_head)
        set(tally_revision "${tally_head}")
    endif()
    if(tally_head_log AND EXISTS "${tally_head_log}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${tally_head_log}")
    endif()
endif()
