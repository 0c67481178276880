# SPDX-License-Identifier: MIT
# Headers that take more than a second to compile are included by sources, so that each unit pays for
# what it uses and no other does. A header includes one only if it is named here, with the reason.
#
#   cmake -DSOURCE_DIR=<root of the sources> -P slow_headers_test.cmake
cmake_minimum_required(VERSION 3.25)
set(slow nlohmann/json.hpp fmt/format.h CLI/CLI.hpp regex x86intrin.h immintrin.h
         benchmark/benchmark.h boost/histogram.hpp)
set(may "check/failure_json.hpp"   # what two sources write and read
        "check/report_json.hpp"    # the same
        "check/weakening_json.hpp" # the same
        "bench/run_store.hpp")     # holds documents; one source includes it

file(GLOB_RECURSE headers RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/*.hpp")
list(FILTER headers EXCLUDE REGEX "^build/")
set(wrong "")
foreach(header IN LISTS headers)
    file(STRINGS "${SOURCE_DIR}/${header}" includes REGEX "^ *#include <")
    foreach(include IN LISTS includes)
        string(REGEX REPLACE "^ *#include <([^>]*)>.*" "\\1" included "${include}")
        if(included IN_LIST slow AND NOT header IN_LIST may)
            string(APPEND wrong "${header} includes <${included}>\n")
        endif()
    endforeach()
endforeach()
foreach(header IN LISTS may)
    if(NOT header IN_LIST headers)
        string(APPEND wrong "${header} is named in cmake/slow_headers_test.cmake and does not exist\n")
    endif()
endforeach()
list(LENGTH headers count)
if(count LESS 200)
    message(FATAL_ERROR "only ${count} headers were found: this test is asleep")
endif()
if(wrong)
    message(FATAL_ERROR "headers that are slow to compile belong in sources (json_fwd.hpp and "
                        "fmt/core.h are quick):\n${wrong}")
endif()
message(STATUS "${count} headers, none of which includes a slow one without a reason")
