# SPDX-License-Identifier: MIT
# The target `lint`: every source is as .clang-format says. clang-tidy is not run here: on two
# cores it takes longer than all tests; `run-clang-tidy -p build/plain` runs it.
#
# Formats differ between releases of clang-format, so it is one release for everybody.
set(TALLY_CLANG_FORMAT_VERSION 14)
find_program(TALLY_CLANG_FORMAT NAMES clang-format-${TALLY_CLANG_FORMAT_VERSION})
file(GLOB_RECURSE tally_formatted CONFIGURE_DEPENDS
     bench/*.[ch]pp cmake/*.[ch]pp counters/*.[ch]pp kit/*.[ch]pp locks/*.[ch]pp machines/*.[ch]pp
     results/*.[ch]pp stress/*.[ch]pp tsan/*.[ch]pp)
if(TALLY_CLANG_FORMAT)
    add_custom_target(lint
        COMMAND ${TALLY_CLANG_FORMAT} --dry-run --Werror ${tally_formatted}
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" COMMENT "Checking the format of every source"
        VERBATIM)
else()
    add_custom_target(lint
        COMMAND ${CMAKE_COMMAND} -E echo
                "clang-format-${TALLY_CLANG_FORMAT_VERSION} is not installed (Debian: the same name)"
        COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
endif()
