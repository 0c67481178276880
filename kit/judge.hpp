// SPDX-License-Identifier: MIT
// A judge for programs that run code that is not trusted to let them end well: a lock under test.
//
// A lock may call exit(0), or _exit(0), and a program that had found nothing wrong until then would
// end with success; it may crash, or throw where nothing may be thrown. So the work is done in a
// child process. The judge waits for it, and success is what the child has concluded, never the
// mere end of it.
#pragma once

#include <string_view>

namespace tally::kit {

// As run_program(), with body() in a child process. Where the child ended before body() returned,
// one line on standard error says how, and in the middle of what. The exit code is then the
// child's own, or 1 if that was 0 or the child crashed. A signal that ended the child from outside
// ends this process too. A signal sent to this process alone is passed on; and when this process
// is killed, so is the child.
//
// Not on Windows, where nothing is started that needs it.
int run_judged(std::string_view name, int (*body)(int, char**), int argc, char** argv) noexcept;

// What is being tried from now on, cut to some 500 bytes: for the judge's line. Nothing is
// allocated or locked. Where there is no judge, nothing happens.
void now_trying(std::string_view what) noexcept;

// The exit that follows is our own decision (a watchdog's, for one). Safe in a signal handler.
void conclude() noexcept;

}  // namespace tally::kit
