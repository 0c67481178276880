# SPDX-License-Identifier: MIT
# Windows programs, made on Linux: mingw-w64's gcc with its posix threads (std::thread wants them).
# Debian: g++-mingw-w64-x86-64-posix. They run under Wine: see stress/windows.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)

# Nothing of this system is for Windows.
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# One file to copy to a Windows machine, with no library beside it.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
