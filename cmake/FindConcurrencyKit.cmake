# SPDX-License-Identifier: MIT
# ConcurrencyKit::ck: headers only, which is all that its locks are. (The package has no file that
# CMake could read.)
find_path(ConcurrencyKit_INCLUDE ck_spinlock.h PATH_SUFFIXES ck)
mark_as_advanced(ConcurrencyKit_INCLUDE)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ConcurrencyKit REQUIRED_VARS ConcurrencyKit_INCLUDE)
if(ConcurrencyKit_FOUND AND NOT TARGET ConcurrencyKit::ck)
    add_library(ConcurrencyKit::ck INTERFACE IMPORTED)
    target_include_directories(ConcurrencyKit::ck INTERFACE "${ConcurrencyKit_INCLUDE}")
endif()
