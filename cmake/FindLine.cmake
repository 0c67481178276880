# SPDX-License-Identifier: MIT
# tally_find_line(<out> <file> <text>)
#
# The number of the line of a source that holds `text`, for tests that weaken what stands on it.
function(tally_find_line out file text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${file}")
    file(READ "${PROJECT_SOURCE_DIR}/${file}" whole)
    string(FIND "${whole}" "${text}" at)
    if(at EQUAL -1)
        message(FATAL_ERROR "${file} does not hold '${text}'")
    endif()
    string(SUBSTRING "${whole}" 0 ${at} before)
    string(REGEX REPLACE "[^\n]" "" newlines "${before}")
    string(LENGTH "${newlines}" number)
    math(EXPR number "${number} + 1")
    set(${out} ${number} PARENT_SCOPE)
endfunction()
