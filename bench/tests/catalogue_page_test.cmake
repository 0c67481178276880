# SPDX-License-Identifier: MIT
# locks/README.md is what tally-bench says of the catalogue now, and the listing fits a terminal.
#
#   cmake -DPROGRAM=<tally-bench> -DPAGE=<locks/README.md> -P catalogue_page_test.cmake
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND "${PROGRAM}" --catalogue OUTPUT_VARIABLE listing RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT listing MATCHES "\nspin\n.*  ticket +Ticket lock: take a number")
    message(FATAL_ERROR "--catalogue ended with ${status}:\n${listing}")
endif()
string(REPEAT "[^\n]" 81 too_wide)
string(REGEX MATCH "${too_wide}[^\n]*" wide "${listing}")
if(wide)
    message(SEND_ERROR "a line of --catalogue is wider than 80 columns:\n${wide}")
endif()
if(listing MATCHES "\nnot in this build\n")
    message(STATUS "left out: a library is missing here, and the page has it")
    return()
endif()

execute_process(COMMAND "${PROGRAM}" --catalogue-page OUTPUT_VARIABLE now RESULT_VARIABLE status)
file(READ "${PAGE}" page)
if(NOT status EQUAL 0 OR NOT now STREQUAL page)
    message(SEND_ERROR "locks/README.md is not what the catalogue says (${status}); make it anew: "
                       "./tally bench --catalogue-page >locks/README.md")
endif()
