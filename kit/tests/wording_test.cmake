# SPDX-License-Identifier: MIT
# wording_test.cmake -DSOURCE_DIR=<root of the sources>
#
# Turns of phrase that a stranger stumbles over, and that have been in messages: none comes back.

set(odd "' is none" " is none of " "' is no [a-z]" "at most so (many|much|long)" "run so often"
        "for so long is" "so long after" "one word too many" "of which one" "is a question of its own"
        "c[ao]me to no end" "no more: not" "is kept nowhere" "by so much" "what is not its")
list(JOIN odd "|" odd)
file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/bench/*.[ch]pp" "${SOURCE_DIR}/check/*.[ch]pp"
     "${SOURCE_DIR}/detectors/*.[ch]pp" "${SOURCE_DIR}/kit/*.[ch]pp" "${SOURCE_DIR}/machines/*.[ch]pp"
     "${SOURCE_DIR}/results/publish/*.[ch]pp" "${SOURCE_DIR}/runs/*.[ch]pp" "${SOURCE_DIR}/stress/*.[ch]pp"
     "${SOURCE_DIR}/tsan/*.[ch]pp")
set(read 0)
foreach(source IN LISTS sources)
    if(source MATCHES "/tests/|_test[.]cpp$")
        continue()
    endif()
    math(EXPR read "${read} + 1")
    file(STRINGS "${SOURCE_DIR}/${source}" lines REGEX "^[^/]*\"[^\"]*(${odd})[^\"]*\"")
    foreach(line IN LISTS lines)
        string(STRIP "${line}" line)
        message(SEND_ERROR "${source}: a message in odd English: ${line}")
    endforeach()
endforeach()
if(read LESS 100)
    message(SEND_ERROR "only ${read} sources were found in ${SOURCE_DIR}")
endif()
