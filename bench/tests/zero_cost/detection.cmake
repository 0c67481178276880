# SPDX-License-Identifier: MIT
# cmake -DVALGRIND=... -DPROGRAM=... -DFOLDER=... -P detection.cmake
#
# Instructions of a pair in the two rows of absl::Mutex: one is what the library does by itself, the
# other what it does when it is told not to look for deadlocks. (A library that was compiled with
# NDEBUG looks for none: all four are the same then.)
include("${CMAKE_CURRENT_LIST_DIR}/counts.cmake")

foreach(which IN ITEMS default_hand ignoring_hand with_row without_row)
    weigh(${which} 1000 2000)
    message("${which}: 1000 pairs cost ${${which}} instructions")
endforeach()

# Within a twentieth: the detection's graph costs a little more or less each time.
function(expect_same row hand)
    math(EXPR apart "20 * (${${row}} - ${${hand}})")
    if(apart GREATER ${${hand}} OR apart LESS -${${hand}})
        message(FATAL_ERROR "${row} costs ${${row}}, and ${hand} ${${hand}}")
    endif()
endfunction()
expect_same(with_row default_hand)
expect_same(without_row ignoring_hand)
