# SPDX-License-Identifier: MIT
# bad_input_test.cmake -DPROGRAM=<a program of the suite>
#
# A value that is empty, which a shell makes of a variable that is not set, and a patience of no time
# get one line and exit code 2: for each flag that the program's own help names, and as a word.

get_filename_component(name "${PROGRAM}" NAME)

# Sets `help` to what --help says behind `command`, which may be "".
macro(ask_for_help command)
    if("${command}" STREQUAL "")
        execute_process(COMMAND "${PROGRAM}" --help OUTPUT_VARIABLE help TIMEOUT 30)
    else()
        execute_process(COMMAND "${PROGRAM}" "${command}" --help OUTPUT_VARIABLE help TIMEOUT 30)
    endif()
endmacro()

# refused(<pattern that the line must match> <command or ""> <flag or ""> <value>)
function(refused pattern command flag value)
    # In a shell, which passes an empty word on. Not so CMake's lists.
    set(typed "exec '${PROGRAM}' ${command} ${flag} '${value}'")
    execute_process(COMMAND sh -c "${typed}" RESULT_VARIABLE status OUTPUT_VARIABLE printed
                    ERROR_VARIABLE said TIMEOUT 30)
    if(NOT status STREQUAL "2" OR NOT said MATCHES "^[^\n]+\n$" OR NOT said MATCHES "${pattern}")
        message(SEND_ERROR "${name} ${command} ${flag} '${value}': exit ${status}, wanted 2 and one "
                           "line with ${pattern}:\n${printed}${said}")
    endif()
endfunction()

ask_for_help("")
set(commands "")
if(help MATCHES "\nS(ubcommands|UBCOMMANDS):[ \n]*\n(.*)")
    string(REGEX MATCHALL "(^|\n)  [a-z][a-z-]*" commands "\n${CMAKE_MATCH_2}")
endif()
set(tried 0)
foreach(command IN LISTS commands ITEMS none)
    string(STRIP "${command}" command)
    if(command STREQUAL "none")
        set(command "")
    endif()
    ask_for_help("${command}")
    # "  --store TEXT", and as Catch2 writes it "  -o, --out <filename>".
    string(REGEX MATCHALL "\n +(-[a-zA-Z], ?)?--[a-z][a-z-]+ +(<|[A-Z][A-Z:]|N )" flags "${help}")
    foreach(flag IN LISTS flags)
        string(REGEX MATCH "--[a-z][a-z-]+" flag "${flag}")
        math(EXPR tried "${tried} + 1")
        refused("${flag}" "${command}" "${flag}" "")
        if(flag STREQUAL "--patience")
            foreach(value IN ITEMS 0 0s 0ms -1)
                refused("${flag}" "${command}" "${flag}" "${value}")
            endforeach()
        endif()
    endforeach()
    refused("" "${command}" "" "")
endforeach()
if(tried LESS 2)
    message(SEND_ERROR "${name} --help: no flag that takes a value was found:\n${help}")
endif()
message(STATUS "${name}: ${tried} flags refuse an empty value")
