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
