# SPDX-License-Identifier: MIT
# judge_test.cmake -DPROGRAM=<judged>
#
# Success is what was concluded, and never the mere end of the program.

# expect(<exit code> <all that it says, a pattern> <how it ends>)
function(expect code pattern how)
    execute_process(COMMAND "${PROGRAM}" ${how} RESULT_VARIABLE status
                    OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 30)
    if(NOT status STREQUAL code OR NOT said MATCHES "${pattern}")
        message(SEND_ERROR "${how}: exit ${status}, wanted ${code} and '${pattern}':\n${said}")
    endif()
endfunction()

expect(0 "^$" succeeds)
expect(7 "^$" fails)
expect(3 "^$" decides)
set(no_verdict "in the middle of the try called [a-z0-9-]*: no verdict, which is a failure\n$")
expect(1 "^judged: was ended by exit.0. ${no_verdict}" exits)
expect(1 "^judged: was ended by exit.0. ${no_verdict}" leaves)
expect(5 "^judged: was ended by exit.5. ${no_verdict}" leaves-with-5)
expect(1 "judged: crashed .Aborted. ${no_verdict}" aborts)
expect(1 "^judged: thrown\n$" throws)
# A sanitizer reports a crash in its own way, and ends the program with its own exit code.
if(NOT SANITIZED)
    expect(1 "judged: crashed .Segmentation fault. ${no_verdict}" crashes)
    expect(1 "judged: crashed .Aborted. ${no_verdict}" throws-in-a-thread)
endif()

# A signal to the program reaches the child, and ends both; and no child outlives its judge. Who has
# ended and is waited for by nobody (Z) is gone too: in a container the first process may be one that
# does not wait for orphans.
foreach(signal IN ITEMS INT TERM KILL)
    execute_process(COMMAND bash -c [[
        set -m
        "$1" waits > >(cat) & judge=$!
        for try in {1..100}; do child=$(cat /proc/$judge/task/$judge/children); test -n "$child" && break; sleep 0.05; done
        sleep 0.2
        kill -$2 $judge
        wait $judge
        echo "status $?"
        for try in {1..100}; do
            state=$(sed -n "s/.*) \\(.\\).*/\\1/p" /proc/$child/stat 2>/dev/null)
            case $state in "" | Z) echo gone; exit ;; esac
            sleep 0.05
        done
    ]] bash "${PROGRAM}" ${signal} OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 30)
    if(NOT said MATCHES "status (130|143|137)\n" OR NOT said MATCHES "gone")
        message(SEND_ERROR "SIG${signal}:\n${said}")
    endif()
endforeach()
