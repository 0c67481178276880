# SPDX-License-Identifier: MIT
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
if(NOT said MATCHES "unknown command 'matrx': did you mean matrix\\?")
    message(FATAL_ERROR "tally-crash matrx said: ${said}")
endif()
