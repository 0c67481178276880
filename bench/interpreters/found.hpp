// SPDX-License-Identifier: MIT
// The interpreters on this machine.
#pragma once

#include <string>
#include <vector>

namespace tally::interpreters {

struct installed {
    std::string path;
    std::string implementation;  // "CPython", "PyPy", "Jython", ...
    std::string version;         // "3.11.2"
    int major = 0;
    int minor = 0;
    bool gil = true;  // it has a global lock, and the lock is on

    // "cpython-3.11.2", "cpython-3.13.0t", "pypy-3.9.16": unique on this machine.
    std::string name;

    bool is_cpython() const noexcept { return implementation == "CPython"; }
};

struct search_result {
    std::vector<installed> found;
    std::vector<std::string> notes;  // what looked like an interpreter and did not run
};

// Looks in PATH and in the folders of version managers (pyenv, asdf, mise, uv). Each interpreter
// once, however many names it has; in order of implementation and version.
search_result search();

// Adds one that was named. False, and a reason, if it is not an interpreter that runs.
bool add_named(search_result& into, const std::string& path, std::string& reason);

}  // namespace tally::interpreters
