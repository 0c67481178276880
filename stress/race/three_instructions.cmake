# SPDX-License-Identifier: MIT
# `racy` adds in three instructions: a load, an addition, a store. In one, which is what an
# optimiser makes of it on x86 if it is let, no thread is ever interrupted halfway.
#
#   cmake -DOBJDUMP=<objdump> "-DOBJECTS=<object file>;..." -P three_instructions.cmake
#
# The objects are those that are run and measured, not a copy for the test. What an instruction
# was made from is what the debug information says.
foreach(object IN LISTS OBJECTS)
    execute_process(COMMAND "${OBJDUMP}" --disassemble --line-numbers --no-show-raw-insn "${object}"
                    OUTPUT_VARIABLE text RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${OBJDUMP} ends with ${status} on ${object}")
    endif()
    string(REPLACE ";" ":" text "${text}")
    string(REGEX MATCHALL "[^\n]+" lines "${text}")
    set(loads 0)
    set(additions 0)
    set(stores 0)
    set(in_one "")
    set(from "")
    foreach(line IN LISTS lines)
        if(line MATCHES "^[^ ]*/([a-z_]+[.][a-z]+):[0-9]+")
            set(from ${CMAKE_MATCH_1})
        elseif(NOT from MATCHES "^(racy|in_register|native)[.]hpp$" OR
               NOT line MATCHES "^ +[0-9a-f]+:\t([^#<]*)")
            continue()
        else()
            string(STRIP "${CMAKE_MATCH_1}" instruction)
            if(instruction MATCHES "^mov[a-z]* +[^%]*\\([^)]*\\),%")
                math(EXPR loads "${loads} + 1")
            elseif(instruction MATCHES "^mov[a-z]* +%[a-z0-9]+,.*\\)$")
                math(EXPR stores "${stores} + 1")
            elseif(instruction MATCHES "^(add|inc)[a-z]* .*%[a-z0-9]+$" OR instruction MATCHES "^lea")
                math(EXPR additions "${additions} + 1")
            elseif(instruction MATCHES "^(lock )?(add|inc|sub|dec|xadd|adc)[a-z]* .*\\)$")
                string(APPEND in_one "\n  ${instruction}")
            endif()
        endif()
    endforeach()
    message("${object}: ${loads} loads, ${additions} additions, ${stores} stores")
    if(in_one)
        message(FATAL_ERROR "an addition to memory in one instruction:${in_one}")
    endif()
    if(additions EQUAL 0 OR loads LESS additions OR stores LESS additions)
        message(FATAL_ERROR "no load, addition and store for each increment, or no debug information")
    endif()
endforeach()
if(NOT OBJECTS)
    message(FATAL_ERROR "no object is given")
endif()
