# SPDX-License-Identifier: MIT
# A detector that is asleep, and one that accuses everybody, fail the run and are named; the real
# one passes. What plays them is tally-stress with its answer replaced.
#
#   cmake -DPROGRAM=<tally-detectors> -DSTRESS=<tally-stress> -DFOLDER=<to work in> -P asleep_test.cmake
set(fake "${FOLDER}/asleep_test")
file(MAKE_DIRECTORY "${fake}/bin")
file(WRITE "${fake}/facts.json" "[]")

# answers(<exit code>): the fake build's programs end with it, whatever they are asked.
function(answers code)
    file(WRITE "${fake}/bin/tally-stress"
         "#!/bin/sh\n[ \"$1\" = --list-strategies ] && exec '${STRESS}' \"$@\"\nexit ${code}\n")
    file(WRITE "${fake}/bin/tally-mutant" "#!/bin/sh\nexit ${code}\n")
    file(CHMOD "${fake}/bin/tally-stress" "${fake}/bin/tally-mutant"
         PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()

function(expect code text)
    execute_process(COMMAND "${PROGRAM}" measure "${fake}/facts.json" --tries 2 ${ARGN}
                    OUTPUT_VARIABLE said ERROR_VARIABLE complained RESULT_VARIABLE status)
    string(APPEND said "${complained}")
    string(FIND "${said}" "${text}" found)
    if(NOT status EQUAL "${code}" OR found EQUAL -1)
        message(FATAL_ERROR "${ARGN}: ended with ${status}, not ${code}, or lacks '${text}':\n${said}")
    endif()
endfunction()

answers(0)
expect(1 "WRONG: stress is asleep: it must catch load_then_store" --build "stress=${fake}"
       --strategy load_then_store)
expect(0 "caught 0 of 0; accused 0 of 1" --build "stress=${fake}" --strategy ticket)
answers(1)
expect(1 "WRONG: stress accuses ticket, which is correct" --build "stress=${fake}" --strategy ticket)
expect(0 "caught 1 of 1" --build "stress=${fake}" --strategy load_then_store)

# Bad input: one line, before anything is tried.
expect(2 "there is no suspect 'tiket'; near it: ticket" --build "stress=${fake}" --strategy tiket)
expect(2 "'helgrind' is not a detector: use stress, tsan-gcc or tsan-clang" --build "helgrind=${fake}")
expect(2 "there is no ${fake}/nowhere/bin/tally-stress" --build "stress=${fake}/nowhere")
expect(2 "--build says which programs to run")
expect(2 "--tries" --build "stress=${fake}" --tries 0)
file(WRITE "${fake}/facts.json" "{")
expect(2 "facts.json is not what tally-check --json writes" --build "stress=${fake}")
file(REMOVE_RECURSE "${fake}")
