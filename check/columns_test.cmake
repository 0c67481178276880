# SPDX-License-Identifier: MIT
# What tally-check prints fits a terminal of 80 columns.
foreach(line IN ITEMS
        "--help" "--list" "ticket" "ticket --random --executions 10" "racy" "racy --outcomes"
        "ticket --weaken ${WEAKENED}" "mcs --audit"
        "interpreted cpython-2 plain --budget 0.2s")
    separate_arguments(arguments UNIX_COMMAND "${line}")
    execute_process(COMMAND "${PROGRAM}" ${arguments} RESULT_VARIABLE code
                    OUTPUT_VARIABLE said ERROR_VARIABLE complained)
    if(NOT code MATCHES "^[01]$" OR said STREQUAL "")
        message(SEND_ERROR "tally-check ${line}: exit code ${code}, said: ${said}${complained}")
    endif()
    # A source line is quoted as it is, and a replay string is one word.
    string(REGEX REPLACE "\n  [a-z_.]+:[0-9]+  [^\n]*" "" said "${said}")
    string(REGEX REPLACE "\n(replay: [^\n]*)" "" said "${said}")
    string(REPLACE ";" "," said "${said}")
    string(REPLACE "[" "(" said "${said}")
    string(REPLACE "]" ")" said "${said}")
    string(REPLACE "\n" ";" lines "${said}")
    foreach(each IN LISTS lines)
        string(LENGTH "${each}" length)
        if(length GREATER 80)
            message(SEND_ERROR "tally-check ${line}: ${length} columns: ${each}")
        endif()
    endforeach()
endforeach()

# A number that racy can end with is said with what was lost.
execute_process(COMMAND "${PROGRAM}" racy --outcomes OUTPUT_VARIABLE said)
if(NOT said MATCHES "It can end with 2, 2 of 4 updates lost:" OR
   NOT said MATCHES "It can end with 4, nothing lost:")
    message(SEND_ERROR "the outcomes are not told:\n${said}")
endif()
