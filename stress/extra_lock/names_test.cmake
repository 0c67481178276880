# SPDX-License-Identifier: MIT
# cmake -DSOURCE_DIR= -DWORK_DIR= -DGENERATOR= -P names_test.cmake
#
# Names that the catalogue cannot take are refused when CMake runs, in one sentence that names the
# file of whoever wrote it. Only the catalogue is configured, so this takes no compiler.
set(folder "${WORK_DIR}/my locks")
set(project "${WORK_DIR}/project")
file(REMOVE_RECURSE "${WORK_DIR}")
file(WRITE "${project}/CMakeLists.txt" "
cmake_minimum_required(VERSION 3.25)
project(names LANGUAGES NONE)
set(PROJECT_SOURCE_DIR \"${SOURCE_DIR}\")
set(TALLY_ONLY first second)
include(\"${SOURCE_DIR}/cmake/Catalogue.cmake\")
foreach(subject IN LISTS TALLY_SUBJECTS)
    message(STATUS \"listed \${subject}\")
endforeach()
")

function(configure out_status out_text folders)
    file(REMOVE_RECURSE "${WORK_DIR}/build")
    execute_process(COMMAND "${CMAKE_COMMAND}" -S "${project}" -B "${WORK_DIR}/build" -G "${GENERATOR}"
                            "-DTALLY_EXTRA_LOCKS=${folders}"
                    RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text TIMEOUT 60)
    # CMake breaks a message into lines.
    string(REGEX REPLACE "[ \n]+" " " text "${text}")
    set(${out_status} "${status}" PARENT_SCOPE)
    set(${out_text} "${text}" PARENT_SCOPE)
endfunction()

# expect_refused(<file> <what is said>): one bad file beside a good one.
function(expect_refused file said)
    file(REMOVE_RECURSE "${folder}")
    file(WRITE "${folder}/first.hpp" "")
    file(WRITE "${folder}/${file}" "")
    configure(status text "${folder}")
    string(REGEX REPLACE "[\n\r\t]" "?" shown "${folder}/${file}")
    string(FIND "${text}" "${shown}: ${said}" found)
    if(status EQUAL 0 OR found EQUAL -1)
        message(SEND_ERROR "${file}: ended with ${status}, wanted '${shown}: ${said}':\n${text}")
    endif()
endfunction()

foreach(taken IN ITEMS spin/ttas queue/mcs windows/srwlock)
    get_filename_component(name ${taken} NAME)
    expect_refused(${name}.hpp
                   "there is a '${name}' already, in ${SOURCE_DIR}/locks/${taken}.hpp")
endforeach()
foreach(name IN ITEMS fetch_add locked)
    expect_refused(${name}.hpp "there is a '${name}' already, in ${SOURCE_DIR}/counters/${name}.hpp")
endforeach()
foreach(name IN ITEMS my-lock "my lock" 2nd a.b class a__b _a "a\nb")
    string(REGEX REPLACE "[\n]" "?" shown "${name}")
    expect_refused("${name}.hpp" "'${shown}' cannot be the name of a lock: use letters")
endforeach()
expect_refused("my-family/second.hpp" "'my-family' cannot be the name of a family")

# Two folders with one name, and folders that cannot be included.
file(REMOVE_RECURSE "${folder}")
file(WRITE "${folder}/first.hpp" "")
file(WRITE "${WORK_DIR}/other/first.hpp" "")
configure(status text "${folder};${WORK_DIR}/other")
if(status EQUAL 0 OR NOT text MATCHES "other/first.hpp: there is a 'first' already, in [^:]*/my locks/first.hpp")
    message(SEND_ERROR "one name in two folders: ended with ${status}:\n${text}")
endif()
foreach(name IN ITEMS "a\"b" "a|b")
    file(WRITE "${WORK_DIR}/${name}/first.hpp" "")
    configure(status text "${WORK_DIR}/${name}")
    if(status EQUAL 0 OR NOT text MATCHES "cannot be included: rename it")
        message(SEND_ERROR "a folder called ${name}: ended with ${status}:\n${text}")
    endif()
endforeach()

# And what is right is taken: a space in a folder's name, and a folder that is a family.
file(WRITE "${folder}/family/second.hpp" "")
configure(status text "${folder}")
if(NOT status EQUAL 0 OR NOT text MATCHES "listed lock.extra.first" OR NOT text MATCHES "listed lock.family.second")
    message(SEND_ERROR "two good locks: ended with ${status}:\n${text}")
endif()
file(REMOVE_RECURSE "${WORK_DIR}")
