# results/crash.md is what `tally-crash page` makes of the run that it names: nobody has edited it.
file(READ "${RESULTS}/crash.md" published)
if(NOT published MATCHES "`(runs/[^`]*crash\\.json)`")
    message(FATAL_ERROR "results/crash.md does not name its run")
endif()
execute_process(COMMAND "${PROGRAM}" page "${RESULTS}/${CMAKE_MATCH_1}"
                OUTPUT_VARIABLE made RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT made STREQUAL published)
    message(FATAL_ERROR "results/crash.md differs from the page of results/${CMAKE_MATCH_1}")
endif()
