// SPDX-License-Identifier: MIT
#include "kit/child.hpp"

#include <csignal>
#include <filesystem>
#include <system_error>

#include "kit/catch2.hpp"
#include "kit/talk.hpp"
#include "kit/tests/scratch.hpp"

using namespace tally::kit;
using tests::scratch;

namespace {

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

}  // namespace

TEST_CASE("a child's output and status come back") {
    const auto said =
        run_child(shell("echo out; echo first >&2; echo last >&2; exit 3"), {.errors_apart = true});
    CHECK_FALSE(said.timed_out);
    CHECK(said.status() == 3);
    CHECK(said.output == "out\n");
    CHECK(said.errors == "first\nlast\n");
    CHECK(last_line(said.errors) == "last");
    CHECK(run_child(shell("echo one; echo two >&2; echo three")).output == "one\ntwo\nthree\n");
}

TEST_CASE("a child that does not end is killed when its time is over") {
    const auto said = run_child(shell("exec sleep 600"), {.limit = std::chrono::milliseconds(50)});
    CHECK(said.timed_out);
    CHECK(said.status() == 128 + SIGKILL);
    // Also one that says that it has nothing more to say.
    const auto silent =
        run_child(shell("exec sleep 600 >&- 2>&-"), {.limit = std::chrono::milliseconds(200)});
    CHECK(silent.timed_out);
}

TEST_CASE("a program that is not there cannot be started and is named") {
    CHECK_THROWS_WITH(run_child({"/nowhere/python"}), ContainsSubstring("/nowhere/python"));
    CHECK_THROWS_AS(talk({"/nowhere/python"}), std::system_error);
}

TEST_CASE("a child has our variables and those it is given in their place") {
    ::setenv("TALLY_CHILD_TEST", "ours", 1);
    CHECK(run_child(shell("echo $TALLY_CHILD_TEST")).output == "ours\n");
    CHECK(run_child(shell("echo $TALLY_CHILD_TEST"), {.environment = {"TALLY_CHILD_TEST=its"}})
              .output == "its\n");
    ::unsetenv("TALLY_CHILD_TEST");
}

TEST_CASE("a child's errors can be a terminal and its files can be limited") {
    CHECK(run_child(shell("test -t 2"), {.on_terminal = true}).status() == 0);
    CHECK(run_child(shell("test -t 2")).status() == 1);
    const scratch folder;
    const auto file = folder.path / "file";
    const auto said =
        run_child(shell("head -c 5000 /dev/zero >" + file.string()), {.file_limit = 1024});
    CHECK(said.status() != 0);
    CHECK(std::filesystem::file_size(file) == 1024);
}

TEST_CASE("a signal reaches all that a child has started") {
    const scratch folder;
    const auto file = folder.path / "started";
    const auto said = run_child(shell("sleep 600 & echo >" + file.string() + "; wait"),
                                {.own_group = true, .signal = SIGTERM, .signal_when = [&] {
                                     return std::filesystem::exists(file);
                                 }});
    // Its sleep would have held the pipe open until the limit.
    CHECK(said.signal == SIGTERM);
    CHECK_FALSE(said.timed_out);
}

TEST_CASE("a program is talked to until its input ends") {
    talk with(shell("while read word; do echo heard $word; done; exit 7"));
    with.say("one\n");
    CHECK(with.line() == "heard one");
    CHECK(with.runs_on());
    with.close_input();
    CHECK(with.status() == 7);
}
