# SPDX-License-Identifier: MIT
# The catalogue by folder: locks/<family>/<name>.hpp defines tally::<name>, counters/<name>.hpp
# likewise. Each file becomes one small translation unit per harness, so a mistake in one
# lock breaks one object file, and adding a lock is adding one file.
#
# A file that wants a library says so in one comment line of its own:
#   // needs: <package> <imported target> <Debian package>
# If find_package(<package>) fails the file is left out, and every harness can say which and why.
#
# A file that exists on some systems only names them (CMAKE_SYSTEM_NAME), in the same way:
#   // system: Windows
# Elsewhere it is no part of the catalogue, and nothing is said of it: there is nothing to install.

include("${CMAKE_CURRENT_LIST_DIR}/SubjectNames.cmake")

set(TALLY_EXTRA_LOCKS "" CACHE STRING
    "Folders outside the repository with locks of your own (<name>.hpp or <family>/<name>.hpp)")

set(TALLY_ONLY "" CACHE STRING
    "Build these locks, counters and specimens only, by name: for a quick look at one's own")

# Kinds: lock, process_lock (locks/process), counter, specimen (stress/broken, in
# tally::broken). Sets <out> to a list of "kind|family|name|file|target", and <out>_LEFT_OUT to "name|reason".
function(tally_list_subjects out)
    set(subjects "")
    set(left_out "")

    file(GLOB lock_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/locks/*/*.hpp")
    file(GLOB counter_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/counters/*.hpp")
    file(GLOB specimen_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/claims/broken/*.hpp")
    # The repository's own first, so that the file of whoever came later is the one to be renamed.
    foreach(kind IN ITEMS lock counter specimen)
        foreach(file IN LISTS ${kind}_files)
            get_filename_component(name "${file}" NAME_WLE)
            tally_expect_only_one(${kind} ${name} "${file}")
        endforeach()
    endforeach()
    # The counter behind a lock is part of every lock's entry, not an entry of its own; the
    # interpreted one is a model of what Python does (bench/interpreters).
    list(FILTER counter_files EXCLUDE REGEX "/(locked|interpreted)\\.hpp$")
    # A guard for a whole program, which stands beside the locks that it is made of.
    list(FILTER lock_files EXCLUDE REGEX "/locks/process/single_instance\\.hpp$")
    foreach(folder IN LISTS TALLY_EXTRA_LOCKS)
        get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
        tally_expect_includable("${folder}")
        if(NOT IS_DIRECTORY "${folder}")
            message(FATAL_ERROR "TALLY_EXTRA_LOCKS: ${folder} is not a folder")
        endif()
        file(GLOB extra_files CONFIGURE_DEPENDS "${folder}/*.hpp" "${folder}/*/*.hpp")
        if(NOT extra_files)
            message(FATAL_ERROR "TALLY_EXTRA_LOCKS: ${folder} has no .hpp file")
        endif()
        list(APPEND lock_files ${extra_files})
    endforeach()

    foreach(kind IN ITEMS lock counter specimen)
        foreach(file IN LISTS ${kind}_files)
            get_filename_component(name "${file}" NAME_WLE)
            tally_expect_identifier("${name}" "${file}" "the name of a ${kind}")
            tally_expect_only_one(${kind} "${name}" "${file}")
            if(TALLY_ONLY AND NOT name IN_LIST TALLY_ONLY)
                continue()
            endif()
            get_filename_component(folder "${file}" DIRECTORY)
            get_filename_component(family "${folder}" NAME)
            if(folder IN_LIST TALLY_EXTRA_LOCKS)
                set(family extra)
            endif()
            tally_expect_identifier("${family}" "${file}" "the name of a family, which its folder is")
            set(entry_kind ${kind})
            if(kind STREQUAL "lock" AND family STREQUAL "process")
                # Constructed from a name, used by separate processes: a contract of its own.
                set(entry_kind process_lock)
            endif()
            file(STRINGS "${file}" systems REGEX "^// system: " LIMIT_COUNT 1)
            if(systems)
                string(REGEX REPLACE "^// system: " "" systems "${systems}")
                string(REGEX MATCHALL "[^ ]+" systems "${systems}")
                if(NOT CMAKE_SYSTEM_NAME IN_LIST systems)
                    continue()
                endif()
            endif()
            set(target "")
            file(STRINGS "${file}" needs REGEX "^// needs: " LIMIT_COUNT 1)
            if(needs)
                if(NOT needs MATCHES "^// needs: ([^ ]+) ([^ ]+) ([^ ]+)$")
                    message(FATAL_ERROR "${file}: write '// needs: <package> <target> <Debian package>'")
                endif()
                set(target "${CMAKE_MATCH_2}")
                set(debian "${CMAKE_MATCH_3}")
                if(NOT TARGET ${target})
                    find_package(${CMAKE_MATCH_1} QUIET GLOBAL)
                endif()
                if(NOT TARGET ${target})
                    list(APPEND left_out "${name}|${target} not found (Debian: ${debian})")
                    continue()
                endif()
            endif()
            list(APPEND subjects "${entry_kind}|${family}|${name}|${file}|${target}")
        endforeach()
    endforeach()

    if(TALLY_ONLY AND NOT subjects)
        message(FATAL_ERROR "TALLY_ONLY is '${TALLY_ONLY}': no lock, counter or specimen has such a name")
    endif()

    set(${out} "${subjects}" PARENT_SCOPE)
    set(${out}_LEFT_OUT "${left_out}" PARENT_SCOPE)
endfunction()

# The first sentence of a file, which says what it is; as a string literal holds it.
function(tally_first_sentence out file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" text LIMIT 4000)
    string(REGEX REPLACE "// (SPDX-License-Identifier|needs|system):[^\n]*\n" "" text "${text}")
    string(REGEX MATCH "//[^\n]*\n(//[^\n]*\n)*" comment "${text}")
    string(REGEX REPLACE "\n?// ?" " " comment "${comment}")
    string(REGEX MATCH "^ *(([^.]|[.][^ \n])*[.])" sentence "${comment}")
    set(sentence "${CMAKE_MATCH_1}")
    if(NOT sentence)
        message(FATAL_ERROR "${file}: its first comment has no sentence that says what it is, and ends with a full stop")
    endif()
    string(REGEX REPLACE "[ \n]+" " " sentence "${sentence}")
    string(REGEX REPLACE "([\\\"])" "\\\\\\1" sentence "${sentence}")
    set(${out} "${sentence}" PARENT_SCOPE)
endfunction()

# tally_add_catalogue(<target> HARNESS <namespace> HEADER <header> KINDS lock counter specimen
#                     [ONLY <family or name>...])
#
# Adds to <target> one generated unit per subject of these kinds (if said, only of these
# families or names). <header> defines, in
# tally::<namespace>, a type `catalogue` and for each kind `template <class Subject> void
# enter_<kind>(catalogue&)`; it declares `void fill(catalogue&)`, which is generated here and
# enters every subject. Units include nothing but <header> and the subject's file: keep <header>
# light, and compile what is not a template once. It is compiled ahead for all units together, which
# is a third of their time; no other source of the target sees that. (The preset tsan-gcc does without:
# there each unit shows that its file includes what it uses.)
function(tally_add_catalogue target)
    cmake_parse_arguments(arg "" "HARNESS;HEADER" "KINDS;ONLY" ${ARGN})
    set(harness_namespace "${arg_HARNESS}")
    set(harness_header "${arg_HEADER}")
    string(REPLACE "::" "_" harness_id "${arg_HARNESS}")
    set(harness_entry "tally_enter_${harness_id}")
    set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated/${target}")

    set(catalogue_declarations "")
    set(catalogue_calls "")
    set(units "")
    foreach(subject IN LISTS TALLY_SUBJECTS)
        string(REPLACE "|" ";" fields "${subject}")
        list(GET fields 0 subject_kind)
        list(GET fields 1 subject_family)
        list(GET fields 2 subject_name)
        list(GET fields 3 subject_include)
        list(GET fields 4 subject_target)
        if(NOT subject_kind IN_LIST arg_KINDS)
            continue()
        endif()
        if(arg_ONLY AND NOT subject_family IN_LIST arg_ONLY AND NOT subject_name IN_LIST arg_ONLY)
            continue()
        endif()
        string(REPLACE "${PROJECT_SOURCE_DIR}/" "" subject_file "${subject_include}")
        set(subject_id "${subject_kind}_${subject_family}_${subject_name}")
        set(subject_class "tally::${subject_name}")
        if(subject_kind STREQUAL "specimen")
            set(subject_class "tally::broken::${subject_name}")
        endif()
        tally_first_sentence(subject_sentence "${subject_include}")
        set(unit "${generated}/${subject_id}.cpp")
        configure_file("${PROJECT_SOURCE_DIR}/cmake/subject.cpp.in" "${unit}" @ONLY)
        list(APPEND units "${unit}")
        if(subject_target)
            target_link_libraries(${target} PRIVATE ${subject_target})
        endif()
        string(APPEND catalogue_declarations
               "void ${harness_entry}_${subject_id}(::tally::${harness_namespace}::catalogue&);\n")
        string(APPEND catalogue_calls "    ${harness_entry}_${subject_id}(into);\n")
    endforeach()
    configure_file("${PROJECT_SOURCE_DIR}/cmake/catalogue.cpp.in" "${generated}/catalogue.cpp" @ONLY)
    get_target_property(others ${target} SOURCES)
    if(others)
        set_source_files_properties(${others} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
    target_sources(${target} PRIVATE ${units} "${generated}/catalogue.cpp")
    list(LENGTH units count)
    if(count GREATER 3)
        target_precompile_headers(${target} PRIVATE "${PROJECT_SOURCE_DIR}/${arg_HEADER}"
                                  "${PROJECT_SOURCE_DIR}/machines/subject.hpp")
    endif()
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
endfunction()

# Writes <binary dir>/generated/left_out.hpp: the files that were left out, and why.
function(tally_write_left_out)
    set(left_out_rows "")
    foreach(entry IN LISTS TALLY_SUBJECTS_LEFT_OUT)
        string(REPLACE "|" ";" fields "${entry}")
        list(GET fields 0 name)
        list(GET fields 1 reason)
        message(STATUS "left out: ${name}: ${reason}")
        string(APPEND left_out_rows "    {\"${name}\", \"${reason}\"},\n")
    endforeach()
    configure_file("${PROJECT_SOURCE_DIR}/cmake/left_out.cpp.in"
                   "${PROJECT_BINARY_DIR}/generated/left_out.cpp" @ONLY)
endfunction()

tally_list_subjects(TALLY_SUBJECTS)
