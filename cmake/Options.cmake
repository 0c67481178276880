# SPDX-License-Identifier: MIT
# How everything is compiled: warnings, sanitizers.

set(TALLY_SANITIZE "" CACHE STRING "Sanitizer: empty, 'thread', or 'address' (address and undefined)")
set_property(CACHE TALLY_SANITIZE PROPERTY STRINGS "" thread address)
# In our own CI, which sets the variable of the environment: a newer compiler than ours warns of what
# ours does not, and that must not keep anybody from building.
set(tally_werror OFF)
if("$ENV{TALLY_WERROR}" STREQUAL "ON")
    set(tally_werror ON)
endif()
option(TALLY_WERROR "Warnings are errors" ${tally_werror})

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# Measured code is -O2 with debug information, so that a report names file and line.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
# Nothing is measured under this one, and it makes -O2 twice as slow to compile.
if(TALLY_SANITIZE STREQUAL "address")
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG")
endif()

find_package(Threads REQUIRED)

add_library(tally_options INTERFACE)
target_include_directories(tally_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(tally_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
target_link_libraries(tally_options INTERFACE Threads::Threads)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # libstdc++ 12's own std::stable_sort uses what C++17 has deprecated, and clang says so to whoever
    # calls it.
    target_compile_options(tally_options INTERFACE -Wno-deprecated-declarations)
    # A generated unit whose subject its harness cannot use has a name that nobody reads.
    target_compile_options(tally_options INTERFACE -Wno-unused-const-variable)
endif()
if(WIN32)
    target_link_libraries(tally_options INTERFACE synchronization)  # WaitOnAddress
endif()
if(TALLY_WERROR)
    target_compile_options(tally_options INTERFACE -Werror)
endif()

if(TALLY_SANITIZE STREQUAL "thread")
    # -g: at -g1 gcc does not say what was inlined, and a report would not name the increment.
    set(tally_sanitizer_flags -fsanitize=thread -g)
elseif(TALLY_SANITIZE STREQUAL "address")
    set(tally_sanitizer_flags -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(TALLY_SANITIZE)
    message(FATAL_ERROR "TALLY_SANITIZE is '${TALLY_SANITIZE}': use 'thread' or 'address', or leave it empty")
endif()
if(TALLY_SANITIZE)
    target_compile_options(tally_options INTERFACE ${tally_sanitizer_flags} -fno-omit-frame-pointer)
    target_link_options(tally_options INTERFACE ${tally_sanitizer_flags})
    # Under a sanitizer gcc warns of the standard library's own code (std::regex): its manual says
    # that such warnings may be false then.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(tally_options INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()

# tally_unmeasured(SOURCES <file>... | TARGETS <target>...)
#
# Command lines, files, tables, tests: nothing of them is measured, and their headers are the slow
# ones to compile. Sanitizers make optimising such code several times as slow again.
function(tally_unmeasured what)
    set(flag -O1)
    if(TALLY_SANITIZE)
        set(flag -O0)
    endif()
    if(what STREQUAL "SOURCES")
        set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS ${flag})
    else()
        set_property(TARGET ${ARGN} APPEND PROPERTY COMPILE_OPTIONS ${flag})
    endif()
endfunction()

# tally_add_program(<name> <source>...): an executable that a person starts, in <binary dir>/bin. The
# programs of tests stay with their folder.
function(tally_add_program name)
    add_executable(${name} ${ARGN})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
endfunction()
