// SPDX-License-Identifier: MIT
// A program under the judge that ends as it is told to: what a lock under test may do to its own.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "kit/judge.hpp"

namespace {

int program(int argc, char** argv) {
    const std::string_view how = argc > 1 ? argv[1] : "";
    tally::kit::now_trying("the try called " + std::string(how));
    if (how == "succeeds") return 0;
    if (how == "fails") return 7;
    if (how == "decides") {
        tally::kit::conclude();
        ::_exit(3);
    }
    if (how == "exits") std::exit(0);
    if (how == "leaves") ::_exit(0);
    if (how == "leaves-with-5") ::_exit(5);
    if (how == "aborts") std::abort();
    if (how == "crashes") std::raise(SIGSEGV);
    if (how == "throws") throw std::runtime_error("thrown");
    if (how == "throws-in-a-thread") std::thread([] { throw std::runtime_error("thrown"); }).join();
    if (how == "waits") {
        std::printf("ready\n");
        std::fflush(stdout);
        for (;;)
            ::pause();
    }
    return 2;
}

}  // namespace

int main(int argc, char** argv) { return tally::kit::run_judged("judged", program, argc, argv); }
