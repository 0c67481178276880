# results/detectors.md is what `tally-detectors page` makes of the run that it names.
#
#   cmake -DPROGRAM=<tally-detectors> -DRESULTS=<results> -P published_test.cmake
file(READ "${RESULTS}/detectors.md" published)
if(NOT published MATCHES "`(runs/[^`]*detectors\\.json)`")
    message(FATAL_ERROR "results/detectors.md does not name its run")
endif()
execute_process(COMMAND "${PROGRAM}" page "${RESULTS}/${CMAKE_MATCH_1}" --named "${CMAKE_MATCH_1}"
                OUTPUT_VARIABLE made RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT made STREQUAL published)
    message(FATAL_ERROR "results/detectors.md differs from the page of results/${CMAKE_MATCH_1}")
endif()
