# SPDX-License-Identifier: MIT
# printing_test.cmake -DSOURCE_DIR=<root of the sources>
#
# Programs print with kit::print and kit::complain, or with C's functions: fmt::print and a stream
# may throw when the reader has left, in the middle of the work.

file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/bench/*.[ch]pp" "${SOURCE_DIR}/check/*.[ch]pp"
     "${SOURCE_DIR}/claims/*.[ch]pp" "${SOURCE_DIR}/counters/*.[ch]pp" "${SOURCE_DIR}/kit/*.[ch]pp" "${SOURCE_DIR}/locks/*.[ch]pp"
     "${SOURCE_DIR}/machines/*.[ch]pp" "${SOURCE_DIR}/results/*.[ch]pp" "${SOURCE_DIR}/runs/*.[ch]pp"
     "${SOURCE_DIR}/stress/*.[ch]pp" "${SOURCE_DIR}/tsan/*.[ch]pp")
set(read 0)
foreach(source IN LISTS sources)
    # Tests print for nobody who leaves.
    if(source MATCHES "/tests/|_test[.]cpp$")
        continue()
    endif()
    math(EXPR read "${read} + 1")
    file(STRINGS "${SOURCE_DIR}/${source}" lines REGEX "^[^/]*(fmt::print *[(]|std::(cout|cerr|clog)[^a-z])")
    foreach(line IN LISTS lines)
        message(SEND_ERROR "${source} prints with what may throw: ${line}\nuse kit::print or kit::complain (kit/format.hpp)")
    endforeach()
endforeach()
if(read LESS 100)
    message(SEND_ERROR "only ${read} sources were found in ${SOURCE_DIR}")
endif()
