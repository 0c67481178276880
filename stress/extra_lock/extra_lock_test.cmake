# SPDX-License-Identifier: MIT
# Adding a lock is adding one file: ttas.hpp, copied under another name into a folder outside the
# repository and given by TALLY_EXTRA_LOCKS, has its rows, its claims and its verdict.
#
#   cmake -DSOURCE_DIR= -DWORK_DIR= -DGENERATOR= -DCOMPILER= -DLAUNCHER= -DSANITIZE=
#         -P extra_lock_test.cmake
#
# A nested build, of that lock alone and without optimising: what is tested is that it is there.
set(name copied_ttas)
set(folder "${WORK_DIR}/locks")
set(build "${WORK_DIR}/build")

function(run what)
    cmake_parse_arguments(arg "" "OUTPUT" "COMMAND" ${ARGN})
    execute_process(COMMAND ${arg_COMMAND} RESULT_VARIABLE status
                    OUTPUT_VARIABLE text ERROR_VARIABLE text)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${what}: ended with ${status}\n${text}")
    endif()
    if(arg_OUTPUT)
        set(${arg_OUTPUT} "${text}" PARENT_SCOPE)
    endif()
endfunction()

function(expect text part what)
    string(FIND "${text}" "${part}" found)
    if(found EQUAL -1)
        message(FATAL_ERROR "${what}: '${part}' is not in it:\n${text}")
    endif()
endfunction()

file(READ "${SOURCE_DIR}/locks/spin/ttas.hpp" source)
string(REPLACE "class ttas" "class ${name}" source "${source}")
# Written only when it differs, so that a second run builds nothing.
file(CONFIGURE OUTPUT "${folder}/${name}.hpp" CONTENT "${source}" @ONLY)

set(targets tally-stress)
if(SANITIZE STREQUAL "thread")
    list(APPEND targets tally-verdict)
elseif(NOT SANITIZE)
    list(APPEND targets tally-bench)
endif()
run("configure" COMMAND "${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${build}" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
    -DCMAKE_BUILD_TYPE=Debug "-DTALLY_SANITIZE=${SANITIZE}" "-DTALLY_EXTRA_LOCKS=${folder}"
    -DTALLY_ONLY=${name})
run("build" COMMAND "${CMAKE_COMMAND}" --build "${build}" --target ${targets})

set(stress "${build}/bin/tally-stress")
run("listing the claims" OUTPUT claims COMMAND "${stress}" --list-tests)
foreach(waiting IN ITEMS spin yield park)
    expect("${claims}" "${name}/${waiting}: no increment is lost" "the claims")
endforeach()

if(SANITIZE STREQUAL "thread")
    run("the verdict" OUTPUT verdict
        COMMAND "${build}/bin/tally-verdict" silent "${stress}" --strategy ${name})
    expect("${verdict}" "${name}/park: silent" "the verdict")
else()
    run("the claims" COMMAND "${stress}" --strategy ${name} --budget 5ms)
endif()
if(NOT SANITIZE)
    run("measuring" OUTPUT rows
        COMMAND "${build}/bin/tally-bench" --strategy ${name} --workload counter --threads 1,2
                --window 10ms --repetitions 1 --repeats-when-dirty 0)
    foreach(waiting IN ITEMS spin yield park)
        expect("${rows}" "counter/${name}/${waiting}/threads:2" "the rows")
    endforeach()
endif()
