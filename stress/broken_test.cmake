# The specimens that CMake gave a test are those which tally-stress says it must catch: what is
# read from the sources by a pattern could be missed by it.
#
#   cmake -DPROGRAM=<tally-stress> "-DTESTED=name name ..." -P broken_test.cmake
execute_process(COMMAND "${PROGRAM}" --list-strategies OUTPUT_VARIABLE text RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} --list-strategies ended with ${status}")
endif()
# name, waiting, kind, file, claims, detectors that must catch it: see stress/main.cpp.
string(REGEX MATCHALL "[^\n]+" lines "${text}")
set(named "")
foreach(line IN LISTS lines)
    if(line MATCHES "^([^\t]+)\t[^\t]+\tspecimen\t[^\t]*\t[^\t]*\t[^\t]*stress")
        list(APPEND named "${CMAKE_MATCH_1}")
    endif()
endforeach()
string(REPLACE " " ";" tested "${TESTED}")
foreach(list IN ITEMS named tested)
    list(REMOVE_DUPLICATES ${list})
    list(SORT ${list})
endforeach()
if(NOT named STREQUAL tested)
    message(FATAL_ERROR "stress must catch: ${named}\nand is tested with: ${tested}")
endif()
