# SPDX-License-Identifier: MIT
# shortage_test.cmake -DPROGRAM=<tally-crash>
#
# The system refuses what a try needs: the program cannot say, in so many words and with an exit code
# of its own. It must not call the lock refuted.

# expect_cannot_say(<what is missing> <shell command>...)
function(expect_cannot_say missing command)
    execute_process(COMMAND sh -c "${command}" sh "${PROGRAM}" RESULT_VARIABLE status
                    OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 60)
    if(NOT status EQUAL 5 OR said MATCHES "refuted" OR NOT said MATCHES "cannot say: ")
        message(SEND_ERROR "without ${missing}: exit ${status}, wanted 5 and 'cannot say':\n${said}")
    endif()
endfunction()

# Whoever runs this test may have left descriptors open.
expect_cannot_say("descriptors" "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n 4; exec \"$1\" claims flock")
expect_cannot_say("a folder for shared memory"
                  "TALLY_SHARED_FOLDER=/proc/none exec \"$1\" claims flock")
# Room for the lock's files, and none for what the processes share.
expect_cannot_say("room" "ulimit -f 0; exec \"$1\" claims flock")
# Another user than root cannot do this, and root's processes are not limited by ulimit -u.
execute_process(COMMAND unshare --mount true RESULT_VARIABLE may_not ERROR_QUIET OUTPUT_QUIET)
if(may_not EQUAL 0)
    expect_cannot_say("/proc" "exec unshare --mount sh -c 'umount -l /proc && exec \"$0\" claims flock' \"$1\"")
endif()
