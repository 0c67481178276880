# SPDX-License-Identifier: MIT
# Each of these is refused with one line and exit code 2, before anything is run.
foreach(line IN ITEMS
        "tickte" "" "--all ticket" "ticket --thraeds 2" "ticket --threads 0" "ticket --threads 99"
        "ticket --rounds x" "ticket --claim fiffo" "ticket --replay nonsense"
        "ticket --replay no_lost_update:2x1:99,99" "ticket --weaken ticket.hpp:1:relaxed"
        "ticket --weaken ticket.hpp" "ticket --seconds -1" "--all --evidence /nonexistent/page.md"
        "ticket --evidence page.md" "ticket --random --pct 3" "interpreted cpython-9"
        "interpreted cpython-2 plane" "interpreted cpython-2 plain more" "cpython-2 plain"
        "racy --claim fifo" "ticket --claim \"\"" "ticket --replay \"\"" "ticket --weaken \"\""
        "ticket --seconds nan" "ticket --budget nan" "ticket --budget 10" "ticket --budget -1s" "ticket --audit --outcomes" "racy --replay no_lost_add:99x99:-"
        "ticket --weaken ticket.hpp:99:relaxed" "--all --evidence /")
    separate_arguments(arguments UNIX_COMMAND "${line}")
    execute_process(COMMAND "${PROGRAM}" ${arguments} RESULT_VARIABLE code
                    OUTPUT_VARIABLE said ERROR_VARIABLE complained TIMEOUT 5)
    string(REGEX MATCHALL "\n" lines "${complained}")
    list(LENGTH lines count)
    if(NOT code STREQUAL "2" OR NOT count EQUAL 1 OR NOT said STREQUAL "")
        message(SEND_ERROR
                "tally-check ${line}: exit code ${code}, ${count} lines:\n${complained}${said}")
    endif()
endforeach()
