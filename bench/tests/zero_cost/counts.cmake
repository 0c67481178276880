# SPDX-License-Identifier: MIT
# include(counts.cmake), given VALGRIND, PROGRAM and FOLDER
#
# Runs PROGRAM, which dumps its counts as "<name> <variant> <times>" for two numbers of times, under
# callgrind. weigh(<name>_<variant> <first> <second>) then sets that variable to the instructions
# that <second> times cost more than <first>.
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

macro(weigh name first second)
    if(NOT DEFINED ${name}_${first} OR NOT DEFINED ${name}_${second})
        message(FATAL_ERROR "no count for ${name}:\n${output}")
    endif()
    math(EXPR ${name} "${${name}_${second}} - ${${name}_${first}}")
endmacro()
