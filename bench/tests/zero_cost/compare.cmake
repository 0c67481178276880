# SPDX-License-Identifier: MIT
# cmake -DVALGRIND=... -DPROGRAM=... -DFOLDER=... -P compare.cmake
#
# Instructions per lock/unlock pair, from callgrind at 1000 and 2000 pairs, subtracted: a lock
# written against the machine must cost what the same lock costs written by hand.
include("${CMAKE_CURRENT_LIST_DIR}/counts.cmake")

set(failed FALSE)
foreach(lock IN ITEMS ttas ticket mcs)
    weigh(${lock}_machine 1000 2000)
    weigh(${lock}_hand 1000 2000)
    message("${lock}: 1000 pairs cost ${${lock}_machine} instructions on the machine, "
            "${${lock}_hand} by hand")
    if(NOT ${lock}_machine EQUAL ${lock}_hand)
        set(failed TRUE)
    endif()
endforeach()
weigh(heavier_hand 1000 2000)
message("ttas with one needless read: ${heavier_hand}")
if(NOT heavier_hand GREATER ttas_hand)
    message(FATAL_ERROR "a needless read was not seen: this test is blind")
endif()
if(failed)
    message(FATAL_ERROR "a lock does not cost the same on the machine as by hand")
endif()
