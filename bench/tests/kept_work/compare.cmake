# SPDX-License-Identifier: MIT
# cmake -DVALGRIND=... -DPROGRAM=... -DFOLDER=... -P compare.cmake
#
# A step of calibrated work reads a word, multiplies, adds and writes it, wherever it is done: a loop
# that costs less has lost its work, and times nothing.
include("${CMAKE_CURRENT_LIST_DIR}/../zero_cost/counts.cmake")

# Read, multiply, add, write, count and jump; the place in the area may cost some more.
set(least 5000)
foreach(loop IN ITEMS inside_section outside_section local_area calibration_loop)
    weigh(${loop} 1000 2000)
    message("${loop}: 1000 steps cost ${${loop}} instructions")
    if(${loop} LESS least)
        message(SEND_ERROR "${loop}: 1000 steps cost ${${loop}} instructions, wanted ${least} at least: "
                           "the optimiser has removed the work")
    endif()
endforeach()
