# A stored matrix of two cells, and what its page says of them; then what is no matrix.
function(expect_in text what)
    string(FIND "${text}" "${what}" found)
    if(found EQUAL -1)
        message(FATAL_ERROR "the page lacks '${what}':\n${text}")
    endif()
endfunction()

file(WRITE "${FOLDER}/crash_page_test.json" [[{
 "schema": "tally-crash 1", "stride": 1, "random_kills": 0, "seed": 1, "patience_ms": 100,
 "locks": [{"lock": "some_lock", "waiting": "park", "claimed": "stuck",
            "left_behind": ["named semaphore /x"],
            "cells": [
  {"scenario": "killed: inside", "next": "waiter", "trials": 5, "acquired": 2, "owner_died": 0,
   "never": 3, "aborted": 0, "early": 0, "torn": 4, "repaired": 1,
   "latency_us": {"median": 17.0, "worst": 231.0, "samples": 2}},
  {"scenario": "exec in the holder", "next": "waiter", "trials": 1, "acquired": 0,
   "owner_died": 1, "never": 0, "aborted": 0, "early": 0, "torn": 0, "repaired": 0,
   "latency_us": null}]}]}]])
execute_process(COMMAND "${PROGRAM}" page "${FOLDER}/crash_page_test.json"
                OUTPUT_VARIABLE page RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "page ended with ${status}")
endif()
expect_in("${page}" "| `some_lock/park` | 2 enters, 3 **for ever** | 17 (231) | n/a | told when the heir ends |")
expect_in("${page}" "| 4, of these repaired 1 | a named semaphore |")
expect_in("${page}" "6 trials on 1 locks")

foreach(text IN ITEMS "{" "{\"schema\": \"other\"}" "[]")
    file(WRITE "${FOLDER}/crash_page_test.json" "${text}")
    execute_process(COMMAND "${PROGRAM}" page "${FOLDER}/crash_page_test.json"
                    OUTPUT_VARIABLE page ERROR_VARIABLE said RESULT_VARIABLE status)
    if(NOT status EQUAL 2 OR NOT said MATCHES "is not a crash matrix")
        message(FATAL_ERROR "on '${text}' page ended with ${status} and said: ${said}")
    endif()
endforeach()
file(REMOVE "${FOLDER}/crash_page_test.json")

# Wrong words and files: one line, exit code 2, and nobody is killed before it.
foreach(line IN ITEMS "matrx" "matrix --strde 5" "sweep all" "matrix flok"
        "matrix flock --json /nowhere/at/all.json" "matrix flock --json /" "robust --kills 0" "")
    separate_arguments(arguments UNIX_COMMAND "${line}")
    execute_process(COMMAND "${PROGRAM}" ${arguments} TIMEOUT 5 OUTPUT_VARIABLE page
                    ERROR_VARIABLE said RESULT_VARIABLE status)
    if(NOT status STREQUAL "2" OR NOT page STREQUAL "" OR NOT said MATCHES "^[^\n]+\n$")
        message(FATAL_ERROR "tally-crash ${line} ended with ${status} and said: ${page}${said}")
    endif()
endforeach()
execute_process(COMMAND "${PROGRAM}" matrx ERROR_VARIABLE said)
expect_in("${said}" "unknown command 'matrx': did you mean matrix?")
