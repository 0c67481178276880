# SPDX-License-Identifier: MIT
# Nothing is suppressed: neither by the file, which stays empty, nor in the source.
#   cmake -DSOURCE_DIR=<repository> -P no_suppressions.cmake
file(SIZE "${SOURCE_DIR}/tsan/suppressions.txt" size)
if(NOT size EQUAL 0)
    message(FATAL_ERROR "tsan/suppressions.txt is not empty: mend the race, or name the false report in a test")
endif()
file(GLOB_RECURSE sources "${SOURCE_DIR}/machines/*.[ch]pp" "${SOURCE_DIR}/locks/*.hpp"
     "${SOURCE_DIR}/counters/*.hpp" "${SOURCE_DIR}/stress/*.[ch]pp")
foreach(source IN LISTS sources)
    file(STRINGS "${source}" found REGEX
         "no_sanitize|disable_sanitizer_instrumentation|__tsan_default_suppressions|__tsan_ignore")
    if(found)
        message(FATAL_ERROR "${source} hides something from the sanitizer: ${found}")
    endif()
endforeach()
