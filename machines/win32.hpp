// SPDX-License-Identifier: MIT
// <windows.h> without its macros for min and max and without what hardly anybody wants.
#pragma once

#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#include <windows.h>
