# SPDX-License-Identifier: MIT
# hostile_test.cmake -DPROGRAM=<tally-check-hostile> -DWORK_DIR=<where files may be written>
#
# Whatever a lock does, the verdict is the judge's, or there is none and it is said of whom.

# expect(<exit code> <a pattern of what is said> <arguments>...)
function(expect code pattern)
    execute_process(COMMAND "${PROGRAM}" ${ARGN} RESULT_VARIABLE status
                    OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 60)
    if(NOT status STREQUAL code OR NOT said MATCHES "${pattern}")
        message(SEND_ERROR "${ARGN}: exit ${status}, wanted ${code} and '${pattern}':\n${said}")
    endif()
endfunction()

set(of ": no increment is lost, 2 x 2: ")
set(no_verdict "${of}no verdict, which is a failure\n$")
expect(1 "was ended by exit.0. in the middle of exits${no_verdict}" exits)
expect(1 "was ended by exit.0. in the middle of leaves${no_verdict}" leaves)
expect(1 "crashed .Aborted. in the middle of throws${no_verdict}" throws)
expect(1 "crashed .Segmentation fault. in the middle of crashes${no_verdict}" crashes)

# More than a thread's stack, whether by little or by megabytes. What fits is no matter.
expect(0 "2 x 2  holds, complete" fair_locals)
foreach(lock IN ITEMS large_locals huge_locals)
    expect(5 "tally-check: ${lock}${of}a thread's stack is used up: .*128 KiB.*: no verdict\n$" ${lock})
endforeach()

# A wait that the machine does not see ends nevertheless, soon after the time that was given.
foreach(lock IN ITEMS std_mutex_inside flag_outside)
    expect(5 "tally-check: ${lock}${of}a step does not end: .*: no verdict\n$" ${lock} --budget 1s)
endforeach()

# Nothing holds of which no execution has come to an end.
expect(5 "2 x 2  NO VERDICT: no execution came to an end .*pause" never_opens --budget 1s)

# So it is where many are decided, each named with its claim.
set(page "${WORK_DIR}/hostile-evidence.md")
execute_process(COMMAND "${PROGRAM}" --all --budget 0.2s --evidence "${page}" RESULT_VARIABLE status
                OUTPUT_VARIABLE said ERROR_VARIABLE ignored TIMEOUT 120)
set(at " +no increment is lost, 2 x 2: ")
foreach(line IN ITEMS "exits${at}ended by exit.0." "leaves${at}ended by exit.0."
                      "throws${at}ended by signal 6" "crashes${at}ended by signal 11"
                      "large_locals${at}a thread's stack" "std_mutex_inside${at}a step does not"
                      "never_opens +no verdict" "fair_locals +holds, complete")
    if(NOT said MATCHES "${line}")
        message(SEND_ERROR "--all: '${line}' is not in:\n${said}")
    endif()
endforeach()
if(NOT status STREQUAL "1")
    message(SEND_ERROR "--all: exit ${status}, wanted 1")
endif()

# The page says of each what it does not claim, and so what a verdict does not speak of.
file(READ "${page}" evidence)
file(REMOVE "${page}")
if(NOT evidence MATCHES "### writers_starve\n.*not tried: [^\n]*threads get in as they came[^\n]*neither readers nor writers starve the others")
    message(SEND_ERROR "what writers_starve does not claim is not in:\n${evidence}")
endif()
expect(0 "not claimed, and so not tried:[^:]*neither[ \n]+readers[ \n]+nor[ \n]+writers[ \n]+starve"
       writers_starve)

# --budget and --executions are bounds for each claim at each size, of both searches together.
execute_process(COMMAND bash -c "TIMEFORMAT='cpu %U'; time \"$1\" swaps_without_pause --budget 2s" bash
                        "${PROGRAM}" OUTPUT_VARIABLE said ERROR_VARIABLE used TIMEOUT 60)
string(REGEX MATCH "cpu ([0-9.]+)" used "${used}")
set(used "${CMAKE_MATCH_1}")
if(NOT said MATCHES "then at random" OR NOT used LESS 4.8)
    message(SEND_ERROR "2 seconds at each of 2 sizes took ${used} s of CPU time:\n${said}")
endif()
expect(0 "stopped after 1000 executions.*\n +(9[0-9][0-9]|1000) executions" needless
       --executions 1000 --threads 4 --rounds 3)
# A loop that swaps is decided if its turns can be told from progress.
expect(0 "2 x 2  holds, complete\n +17 executions.*3 x 1  holds, complete\n" swaps_with_pause)

# A survivor of the usual sizes is tried at larger ones; and at the size that is asked for.
expect(0 "two_sockets.hpp:${CAS_LINE} +compare_exchange release -> relaxed\n +caught: deadlock: [^\n]*, 4 x 1\n"
       two_sockets --audit --no-story)
expect(1 ":${SWAP_LINE} +exchange acq_rel -> acquire\n +caught: [^\n]*, 4 x 1\n.*:${CAS_LINE} +compare_exchange release -> relaxed\n +caught: deadlock: [^\n]*, 4 x 1\n"
       two_sockets --audit --threads 4 --rounds 1 --no-story --budget 1s)

# What survives for good says at which sizes it did, and where the search no longer ended.
expect(1 "needless.hpp:[0-9]+ +exchange seq_cst -> acq_rel\n +SURVIVES at 2 x 2, 3 x 1, 4 x 1[^:]*; not[ \n]+decided[ \n]+at[ \n]+[0-9][ \n]+x[ \n]+[0-9]:[ \n]+unexplained"
       needless --audit --budget 1s --no-story)

# Orders are looked for wherever the program that ran made its accesses; and none is said.
expect(0 "2 accesses with an order in check/hostile/orders.hpp\n +orders.hpp:${TAKE_LINE} .*caught"
       orders_elsewhere --audit)
expect(0 "no access with an order that could be weaker was made" relaxed_counter --audit)
