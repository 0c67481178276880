# cmake -DVALGRIND=... -DPROGRAM=... -DFOLDER=... -P compare.cmake
#
# Instructions per lock/unlock pair, from callgrind at 1000 and 2000 pairs, subtracted: a lock
# written against the machine must cost what the same lock costs written by hand.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${VALGRIND}" --tool=callgrind "--callgrind-out-file=${FOLDER}/counts"
                        --compress-strings=no "${PROGRAM}"
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result)
    message(FATAL_ERROR "callgrind failed (${result}):\n${output}")
endif()
file(GLOB dumps "${FOLDER}/counts.*")
foreach(dump IN LISTS dumps)
    file(STRINGS "${dump}" trigger REGEX "^desc: Trigger: Client Request: ")
    file(STRINGS "${dump}" totals REGEX "^totals: ")
    if(trigger MATCHES "Request: ([a-z]+) ([a-z]+) ([0-9]+)$")
        set(variable "${CMAKE_MATCH_1}_${CMAKE_MATCH_2}_${CMAKE_MATCH_3}")
        string(REPLACE "totals: " "" ${variable} "${totals}")
    endif()
endforeach()
file(REMOVE_RECURSE "${FOLDER}")

# Instructions of 1000 pairs.
macro(weigh name)
    if(NOT DEFINED ${name}_1000 OR NOT DEFINED ${name}_2000)
        message(FATAL_ERROR "no count for ${name}:\n${output}")
    endif()
    math(EXPR ${name} "${${name}_2000} - ${${name}_1000}")
endmacro()

set(failed FALSE)
foreach(lock IN ITEMS ttas ticket mcs)
    weigh(${lock}_machine)
    weigh(${lock}_hand)
    message("${lock}: 1000 pairs cost ${${lock}_machine} instructions on the machine, "
            "${${lock}_hand} by hand")
    if(NOT ${lock}_machine EQUAL ${lock}_hand)
        set(failed TRUE)
    endif()
endforeach()
weigh(heavier_hand)
message("ttas with one needless read: ${heavier_hand}")
if(NOT heavier_hand GREATER ttas_hand)
    message(FATAL_ERROR "a needless read was not seen: this test is blind")
endif()
if(failed)
    message(FATAL_ERROR "a lock does not cost the same on the machine as by hand")
endif()
