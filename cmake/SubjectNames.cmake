# SPDX-License-Identifier: MIT
# The names of the catalogue: a file's name becomes a class, a part of each row's name and a part of
# generated names, so it must be one that C++ takes, and the only one of its kind. Two classes of one
# name would be two definitions of one thing, of which the linker picks any: a lock of one's own
# called `ttas` would be measured, or certified, in the place of the catalogue's.

set(tally_cpp_keywords
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
    char32_t class compl concept const consteval constexpr constinit const_cast continue co_await
    co_return co_yield decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq
    nullptr operator or or_eq private protected public register reinterpret_cast requires return
    short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
    xor xor_eq)

# Control characters would break the line that names the file.
function(tally_shown out text)
    string(REGEX REPLACE "[\n\r\t]" "?" text "${text}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Refuses a folder whose name cannot stand in an #include, or in the lists of the build.
function(tally_expect_includable folder)
    if(folder MATCHES "[\"\\|;\n\r<>]")
        tally_shown(shown "${folder}")
        message(FATAL_ERROR "TALLY_EXTRA_LOCKS: ${shown}: a folder with \" \\ | ; < > or a new line in its name cannot be included: rename it")
    endif()
endfunction()

# Refuses a name that is no identifier of C++.
function(tally_expect_identifier name file what)
    if(NOT name MATCHES "^[A-Za-z][A-Za-z0-9_]*$" OR name IN_LIST tally_cpp_keywords OR name MATCHES "__")
        tally_shown(shown "${file}")
        tally_shown(name "${name}")
        message(FATAL_ERROR "${shown}: '${name}' cannot be ${what}: use letters, digits and single '_', a letter first, and no keyword of C++")
    endif()
endfunction()

# tally_expect_only_one(<kind> <name> <file>)
#
# Refuses a second file of this name in one namespace: locks and counters share one, specimens have
# their own.
function(tally_expect_only_one kind name file)
    set(space tally)
    if(kind STREQUAL "specimen")
        set(space broken)
    endif()
    get_property(first GLOBAL PROPERTY "tally_named_${space}_${name}")
    if(first AND NOT first STREQUAL file)
        message(FATAL_ERROR "${file}: there is a '${name}' already, in ${first}: give yours another name")
    endif()
    set_property(GLOBAL PROPERTY "tally_named_${space}_${name}" "${file}")
endfunction()
