// SPDX-License-Identifier: MIT
// The demonstration program, as a user sees it: started, started again, killed, started.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "kit/catch2.hpp"
#include "kit/talk.hpp"
#include "stress/instance/sandbox.hpp"

using tally::sandbox::temporary_folder;
using tally::sandbox::throw_errno;

namespace {

const std::string program = TALLY_INSTANCE_PROGRAM;
const std::string running = "Another instance of this program is already running";
const std::string none = "No other instance is running, can continue here";

// One start of the program.
struct copy : tally::kit::talk {
    explicit copy(std::vector<std::string> arguments)
        : talk((arguments.insert(arguments.begin(), program), std::move(arguments)), true) {}
    ~copy() { end(SIGKILL); }
};

std::string by(pid_t pid) { return running + " (pid " + std::to_string(pid) + ")"; }

}  // namespace

TEST_CASE("the second copy says so and exits 0 and after a SIGKILL a third starts at once") {
    const temporary_folder folder;
    const std::vector<std::string> arguments{"--folder", folder.path()};
    copy first(arguments);
    REQUIRE(first.line() == none);
    copy second(arguments);
    CHECK(second.line() == by(first.pid()));
    CHECK(second.status() == 0);
    first.end(SIGKILL);
    copy third(arguments);
    CHECK(third.line() == none);
    CHECK(third.runs_on());
    copy fourth(arguments);
    CHECK(fourth.line() == by(third.pid()));
}

TEST_CASE("it goes on until SIGINT or SIGTERM or a line or the end of its time") {
    const temporary_folder folder;
    const std::vector<std::string> arguments{"--folder", folder.path()};
    for (const int signal : {SIGINT, SIGTERM}) {
        copy one(arguments);
        REQUIRE(one.line() == none);
        CHECK(one.runs_on());
        ::kill(one.pid(), signal);
        CHECK(one.status() == 0);
    }
    {
        copy one(arguments);
        REQUIRE(one.line() == none);
        one.say("stop");
        CHECK(one.runs_on());
        one.say("\n");
        CHECK(one.status() == 0);
    }
    {
        copy one(arguments);
        REQUIRE(one.line() == none);
        one.close_input();  // as with < /dev/null: says nothing
        CHECK(one.runs_on());
    }
    {
        const auto began = std::chrono::steady_clock::now();
        copy one({"--folder", folder.path(), "--for", "150ms"});
        REQUIRE(one.line() == none);
        CHECK(one.status() == 0);
        CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(150));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a wrong command line gets one line and exit status 2") {
    const temporary_folder folder;
    const auto refused = [&](std::vector<std::string> arguments, const std::string& why) {
        copy one(std::move(arguments));
        CHECK_THAT(one.line(), ContainsSubstring(why));
        CHECK(one.line().empty());
        CHECK(one.status() == 2);
    };
    refused({"--folder", ""}, "tally-instance: --folder: its value is empty");
    refused({"--name", "a/b"}, "tally-instance: the name of an instance has a '/' in it");
    refused({"--name", ""}, "tally-instance: --name: its value is empty");
    refused({"--for", "3"}, "--for needs a length of time, as 500ms, 10s or 2m");
    refused({"--for", "s"}, "--for needs a length of time, as 500ms, 10s or 2m");
    refused({"--nmae", "x"}, "unknown flag '--nmae': did you mean --name?");
    refused({"start"}, "'start' is not expected here");
    copy nowhere({"--folder", folder / "none"});
    CHECK_THAT(nowhere.line(), ContainsSubstring("cannot open the folder"));
    CHECK(nowhere.status() == 1);
}

TEST_CASE("of twenty starts at the same instant exactly one wins each time") {
    constexpr int starts = 20;
    const temporary_folder folder;
    int rounds_unnamed = 0;
    for (int round = 0; round != TALLY_INSTANCE_ROUNDS; ++round) {
        int gate[2];
        int in[2];
        int out[2];
        REQUIRE(::pipe2(gate, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
        std::set<pid_t> alive;
        for (int i = 0; i != starts; ++i) {
            const pid_t pid = ::fork();
            REQUIRE(pid >= 0);
            if (pid == 0) {
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                ::dup2(in[0], STDIN_FILENO);
                ::dup2(out[1], STDOUT_FILENO);
                ::dup2(out[1], STDERR_FILENO);
                ::close(gate[1]);
                // All of them wait here, and go when the test closes its end.
                char byte = 0;
                (void)!::read(gate[0], &byte, 1);
                ::execl(program.c_str(), program.c_str(), "--folder", folder.path().c_str(),
                        static_cast<char*>(nullptr));
                ::_exit(127);
            }
            alive.insert(pid);
        }
        ::close(gate[0]);
        ::close(in[0]);
        ::close(out[1]);
        ::close(gate[1]);

        // A line is one write of less than PIPE_BUF bytes: lines do not mix.
        std::string text;
        char buffer[8192];
        pollfd ready{out[0], POLLIN, 0};
        while (std::count(text.begin(), text.end(), '\n') < starts &&
               ::poll(&ready, 1, 60'000) == 1) {
            const ssize_t got = ::read(out[0], buffer, sizeof buffer);
            if (got <= 0) break;
            text.append(buffer, static_cast<std::size_t>(got));
        }
        int winners = 0;
        std::multiset<std::string> losers;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            line == none ? void(++winners) : void(losers.insert(line));
        // The losers end by themselves, with 0.
        int clean = 0;
        while (alive.size() > 1 && losers.size() == starts - 1) {
            int how = 0;
            const pid_t ended = ::wait(&how);
            if (ended < 0) break;
            clean += WIFEXITED(how) && WEXITSTATUS(how) == 0;
            alive.erase(ended);
        }
        const pid_t winner = *alive.begin();
        // Every other time it is killed, and leaves its file to the next round.
        for (const pid_t pid : alive) {
            ::kill(pid, round % 2 == 0 ? SIGKILL : SIGTERM);
            ::waitpid(pid, nullptr, 0);
        }
        ::close(in[1]);
        ::close(out[0]);
        INFO("round " << round << ":\n" << text);
        REQUIRE(winners == 1);
        REQUIRE(clean == starts - 1);
        // Who waited two seconds for the pid of a holder that got no CPU or no disk goes without
        // it. It never names another.
        const auto named = losers.count(by(winner));
        REQUIRE(named + losers.count(running) == starts - 1);
        rounds_unnamed += named != starts - 1;
    }
    CHECK(rounds_unnamed <= TALLY_INSTANCE_ROUNDS / 50);
}
