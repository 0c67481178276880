# SPDX-License-Identifier: MIT
# options_used_test.cmake -DSOURCE_DIR=<root of the sources>
#
# docs/options.md lists no option that no program has.
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${SOURCE_DIR}/docs/options.md" rows REGEX "^[|] `--")
set(text "")
foreach(folder IN ITEMS bench check detectors kit results stress tsan)
    file(GLOB_RECURSE sources "${SOURCE_DIR}/${folder}/*.cpp")
    list(FILTER sources EXCLUDE REGEX "/tests?/|_test[.]cpp$")
    foreach(source IN LISTS sources)
        file(STRINGS "${source}" lines REGEX "--[a-z]")
        string(APPEND text "${lines}")
    endforeach()
endforeach()
set(count 0)
foreach(row IN LISTS rows)
    string(REGEX MATCH "--[a-z_-]+" option "${row}")
    math(EXPR count "${count} + 1")
    # As it is entered, or as a program that reads its options itself says it.
    if(NOT text MATCHES "\"(-h,)?${option}[\",]" AND NOT text MATCHES "\"  ${option} ")
        message(SEND_ERROR "docs/options.md lists ${option}, which no program has")
    endif()
endforeach()
if(count LESS 40)
    message(FATAL_ERROR "only ${count} options were found in docs/options.md: this test is asleep")
endif()
message(STATUS "${count} options, each of some program")
