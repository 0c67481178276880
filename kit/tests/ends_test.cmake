# SPDX-License-Identifier: MIT
# ends_test.cmake -DPROGRAM=<a program of the suite> [-DWORK=<arguments> -DENDS=<exit code>]
#
# A program's two ends: output into a full device, to a reader that leaves, and with streams that are
# closed. WORK is something that it prints about, and whose outcome its exit code says.

# expect(<exit code> <what it must say> <shell command, $1 is the program>)
function(expect code pattern command)
    execute_process(COMMAND sh -c "${command}" sh "${PROGRAM}" RESULT_VARIABLE status
                    OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 30)
    if(NOT status STREQUAL code OR NOT said MATCHES "${pattern}")
        message(SEND_ERROR "${command}: exit ${status}, wanted ${code} and '${pattern}':\n${said}")
    endif()
endfunction()

get_filename_component(name "${PROGRAM}" NAME)
expect(1 "^${name}: cannot write all of the output[^\n]*\n$" "exec \"$1\" --help >/dev/full")
expect(1 "^${name}: cannot write all of the output[^\n]*\n$" "exec \"$1\" --help >&-")
# The reader has left before the first word.
expect(0 "status 0" "{ { sleep 0.2; \"$1\" --help; echo status $? >&2; } | true; } 2>&1")
# What it concludes does not depend on who listens: neither on one that leaves at once, nor on one
# that leaves after a line.
if(WORK)
    expect(0 "status ${ENDS}\n" "\"$1\" ${WORK} >/dev/null 2>&1; echo status $?")
    expect(0 "status ${ENDS}\n" "{ { sleep 0.2; \"$1\" ${WORK} 2>/dev/null; echo status $? >&2; } | true; } 2>&1")
    expect(0 "status ${ENDS}\n" "{ { \"$1\" ${WORK} 2>/dev/null; echo status $? >&2; } | head -n 1; } 2>&1")
endif()
# Nobody hears the complaint; the exit code says it.
expect(2 "^$" "exec \"$1\" --no-such-option 2>&- >&-")
