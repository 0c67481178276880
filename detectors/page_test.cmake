# A stored scoreboard of three suspects, and what its page says of them; then what is none.
#
#   cmake -DPROGRAM=<tally-detectors> -DFOLDER=<to work in> -P page_test.cmake
set(stored "${FOLDER}/detectors_page_test.json")
function(expect_in text what)
    string(FIND "${text}" "${what}" found)
    if(found EQUAL -1)
        message(FATAL_ERROR "the page lacks '${what}':\n${text}")
    endif()
endfunction()

file(WRITE "${stored}" [[{
 "schema": "tally-detectors 1", "made_on": {"cpu": "A CPU", "kernel": "6.1", "libc": "2.36", "date": "today"},
 "effort": {"tries": 5, "budget_ms": 40, "patience_s": 3},
 "suspects": [
  {"kind": "weakened", "subject": "mcs", "file": "locks/queue/mcs.hpp", "place": "mcs.hpp:9",
   "operation": "store", "from": "release", "to": "relaxed", "breaks": "", "must": ["exhaustive"],
   "may": [], "why_missed": "", "broken": true, "reason": "",
   "by": {"stress": {"caught": false, "what": "", "tries": 5, "seconds": 2.5},
          "tsan-gcc": {"caught": false, "what": "a thread hung", "tries": 5, "seconds": 9},
          "exhaustive": {"caught": true, "what": "deadlock: no increment is lost, 2 x 1",
                         "tries": 7, "seconds": 0.0004}}},
  {"kind": "specimen", "subject": "load_then_store", "file": "claims/broken/load_then_store.hpp",
   "place": "", "operation": "", "from": "", "to": "", "breaks": "lost update", "must": ["stress"],
   "may": [], "why_missed": "", "broken": true, "reason": "",
   "by": {"stress": {"caught": true, "what": "a claim was refuted", "tries": 2, "seconds": 0.25},
          "exhaustive": {"caught": true, "what": "claim refuted: x", "tries": 4, "seconds": 0.002}}},
  {"kind": "correct", "subject": "fence_ticket", "file": "stress/broken/fence_ticket.hpp",
   "place": "", "operation": "", "from": "", "to": "", "breaks": "", "must": [], "may": ["tsan-gcc"],
   "why_missed": "Fences are not modelled.", "broken": false, "reason": "",
   "by": {"tsan-gcc": {"caught": true, "what": "data race", "tries": 1, "seconds": 0.5}}}]}]])
execute_process(COMMAND "${PROGRAM}" page "${stored}" OUTPUT_VARIABLE page RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "page ended with ${status}")
endif()
expect_in("${page}" "| stress | 0 of 1 | 1 of 1 | 50 % | n/a | 250 ms |")
expect_in("${page}" "| TSan gcc | 0 of 1 | n/a | 0 % | 1 of 1 | n/a |")
expect_in("${page}" "| exhaustive | 1 of 1 | 1 of 1 | 100 % | n/a | 2 ms |")
expect_in("${page}" "| mcs, mcs.hpp:9 release -> relaxed | deadlock: no increment is lost, 2 x 1 | – | it hangs")
expect_in("${page}" "store | release → relaxed | – | – | n/a | n/a | n/a | 7 · 400 µs |")
expect_in("${page}" "| lost update | 2 · 250 ms | n/a | n/a | n/a | n/a | 4 · 2 ms |")
expect_in("${page}" "- [fence_ticket](../claims/broken/fence_ticket.hpp) by TSan gcc: data race. Fences")

foreach(text IN ITEMS "{" "{\"schema\": \"other\"}" "[]" "{\"schema\": \"tally-detectors 1\"}")
    file(WRITE "${stored}" "${text}")
    execute_process(COMMAND "${PROGRAM}" page "${stored}" OUTPUT_VARIABLE page
                    ERROR_VARIABLE said RESULT_VARIABLE status)
    if(NOT status EQUAL 2 OR NOT said MATCHES "scoreboard of detectors")
        message(FATAL_ERROR "on '${text}' page ended with ${status} and said: ${said}")
    endif()
endforeach()
file(REMOVE "${stored}")
