# SPDX-License-Identifier: MIT
# The libraries that the harnesses stand on: the system's when it has them, else fetched.
#
#   tally_use(<package>...)   makes the package's imported targets known here
#
#   package         targets                                  Debian package
#   benchmark       benchmark::benchmark                     libbenchmark-dev
#   Catch2          Catch2::Catch2, Catch2::Catch2WithMain   catch2
#   nlohmann_json   nlohmann_json::nlohmann_json             nlohmann-json3-dev
#   CLI11           CLI11::CLI11                             libcli11-dev
#   fmt             fmt::fmt                                 libfmt-dev
#
# Nothing is looked for, and nothing fetched, before it is used. Sources that both Catch2 2 and 3
# must build include "kit/catch2.hpp"; tests are registered with tally_add_tests().
include(FetchContent)

set(tally_fetch_benchmark https://github.com/google/benchmark.git v1.8.5)
set(tally_fetch_Catch2 https://github.com/catchorg/Catch2.git v3.7.1)
set(tally_fetch_nlohmann_json https://github.com/nlohmann/json.git v3.11.3)
set(tally_fetch_CLI11 https://github.com/CLIUtils/CLI11.git v2.4.2)
set(tally_fetch_fmt https://github.com/fmtlib/fmt.git 10.2.1)

# A macro: packages set variables (the module path of Catch2) that the caller needs.
macro(tally_use)
    foreach(package IN ITEMS ${ARGN})
        if(NOT tally_fetch_${package})
            message(FATAL_ERROR "tally_use: ${package} is not in cmake/Packages.cmake")
        endif()
        # Their own tests and examples are not ours to build.
        set(BENCHMARK_ENABLE_TESTING OFF)
        set(BENCHMARK_ENABLE_INSTALL OFF)
        list(GET tally_fetch_${package} 0 tally_repository)
        list(GET tally_fetch_${package} 1 tally_tag)
        FetchContent_Declare(${package} GIT_REPOSITORY ${tally_repository} GIT_TAG ${tally_tag}
                             GIT_SHALLOW ON SYSTEM FIND_PACKAGE_ARGS)
        FetchContent_MakeAvailable(${package})
        if("${package}" STREQUAL "Catch2" AND catch2_SOURCE_DIR)
            list(APPEND CMAKE_MODULE_PATH "${catch2_SOURCE_DIR}/extras")
        endif()
    endforeach()
endmacro()

# What machine this is. (hwloc comes without a file that CMake could read.)
if(NOT WIN32 AND NOT TARGET tally_hwloc)
    find_path(TALLY_HWLOC_INCLUDE hwloc.h)
    find_library(TALLY_HWLOC_LIBRARY hwloc)
    if(NOT TALLY_HWLOC_INCLUDE OR NOT TALLY_HWLOC_LIBRARY)
        message(FATAL_ERROR "hwloc not found (Debian: libhwloc-dev)")
    endif()
    add_library(tally_hwloc INTERFACE)
    target_include_directories(tally_hwloc SYSTEM INTERFACE "${TALLY_HWLOC_INCLUDE}")
    target_link_libraries(tally_hwloc INTERFACE "${TALLY_HWLOC_LIBRARY}")
endif()

# tally_add_tests(<target> SOURCES ... [LIBRARIES ...] [TIMEOUT <seconds>] [LABELS ...]
#                 [SKIPPED_WHEN <regular expression>])
#
# A Catch2 program, each of its test cases a test of CTest named "<target>: <sentence>". No comma
# and no semicolon in a sentence: Catch2 and CMake read them as separators. A test whose output
# matches SKIPPED_WHEN is shown as skipped, whatever else it says.
macro(tally_add_tests target)
    cmake_parse_arguments(tally_tests "" "TIMEOUT;SKIPPED_WHEN" "SOURCES;LIBRARIES;LABELS" ${ARGN})
    if(NOT tally_tests_TIMEOUT)
        # Long: it is there to end a hang, not to judge a machine that is busy.
        set(tally_tests_TIMEOUT 240)
    endif()
    tally_use(Catch2)
    include(Catch)
    add_executable(${target} ${tally_tests_SOURCES})
    target_link_libraries(${target} PRIVATE tally_options Catch2::Catch2WithMain
                                            ${tally_tests_LIBRARIES})
    tally_unmeasured(TARGETS ${target})
    list(LENGTH tally_tests_SOURCES tally_tests_count)
    if(tally_tests_count GREATER 2)
        target_precompile_headers(${target} PRIVATE "${PROJECT_SOURCE_DIR}/kit/catch2.hpp")
    endif()
    # A property without a value would take the next one's name for its value.
    set(tally_tests_properties TIMEOUT ${tally_tests_TIMEOUT})
    if(tally_tests_LABELS)
        list(APPEND tally_tests_properties LABELS "${tally_tests_LABELS}")
    endif()
    if(tally_tests_SKIPPED_WHEN)
        list(APPEND tally_tests_properties SKIP_REGULAR_EXPRESSION "${tally_tests_SKIPPED_WHEN}")
    endif()
    catch_discover_tests(${target} TEST_PREFIX "${target}: " PROPERTIES ${tally_tests_properties})
endmacro()
