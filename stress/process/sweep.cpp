// SPDX-License-Identifier: MIT
#include "stress/process/sweep.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "machines/process/child.hpp"
#include "machines/process/place.hpp"
#include "stress/process/actor.hpp"
#include "stress/process/catalogue.hpp"
#include "stress/process/stage.hpp"

namespace tally::process_stress {

namespace {

bool exists(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0;
}

// The folder that a run of this pid has made, once it has.
std::string folder_of(pid_t pid) {
    const auto mine = "tally-" + std::to_string(pid) + "-";
    std::string found;
    DIR* const listing = ::opendir(process::shared_folder().c_str());
    if (listing == nullptr) return found;
    while (const dirent* const entry = ::readdir(listing))
        if (std::string(entry->d_name).starts_with(mine))
            found = process::shared_folder() + "/" + entry->d_name;
    ::closedir(listing);
    return found;
}

// On a busy machine too.
template <class Condition>
bool comes_true(Condition holds) {
    const auto end = monotonic_ns() + 60'000'000'000;
    while (!holds()) {
        if (monotonic_ns() > end) return false;
        ::usleep(1'000);
    }
    return true;
}

bool holds_one_of(const std::string& folder, const std::string& kind) {
    for (const auto& left : process::leftovers(folder))
        if (left.find(kind) != std::string::npos) return true;
    return false;
}

unsigned failures = 0;

void expect(bool holds, const char* what) {
    std::printf("%s: %s\n", holds ? "yes" : "NO", what);
    failures += !holds;
}

}  // namespace

int occupy() {
    process::die_with_parent(::getppid());
    const process::run_folder run;
    std::vector<std::unique_ptr<any_lock>> held;
    for (const auto& lock : all_locks()) {
        const auto name = run.name("o" + std::to_string(held.size()));
        held.push_back(lock.open(name, process::opening::create));
        held.back()->lock({});
    }
    // The last thing made: who waits for it waits for all.
    const auto last = shared_stage::create(run.path() + "/all");
    return run_lingerer();
}

int prove_sweep() {
    failures = 0;
    // Where no other run's sweep finds what is to be found here.
    const process::run_folder mine;
    const std::string apart = mine.path() + "/apart";
    if (::mkdir(apart.c_str(), 0700) != 0) throw std::runtime_error("mkdir " + apart);
    ::setenv("TALLY_SHARED_FOLDER", apart.c_str(), 1);
    auto occupant = process::child::start({"occupy"});
    const auto pid = occupant.pid();
    expect(comes_true([&] { return exists(folder_of(pid) + "/all"); }), "a run holds every lock");
    const auto folder = folder_of(pid);
    process::sweep();
    expect(exists(folder + "/all"), "a sweep leaves a living run alone");
    occupant.kill();
    expect(holds_one_of(folder, "named semaphore"), "killed, it leaves a named semaphore");
    expect(holds_one_of(folder, "System V"), "killed, it leaves a System V set");
    expect(holds_one_of(folder, "file"), "killed, it leaves files");
    process::sweep();
    expect(!exists(folder), "a sweep removes the dead run's folder");
    expect(process::leftovers(folder).empty(), "and all that was called after it");

    // A test that is killed: its actors die with it, and the next run sweeps.
    auto test = process::child::start({"claims", "named_semaphore"});
    const auto test_pid = test.pid();
    expect(comes_true([&] {
               return !folder_of(test_pid).empty() &&
                      holds_one_of(folder_of(test_pid), "named semaphore");
           }),
           "a test is under way");
    const auto test_folder = folder_of(test_pid);
    test.kill();
    // The lock on its folder is held, for a moment, by an actor that it was just starting as well:
    // until that one has become its program, and died in turn.
    expect(comes_true([&] {
               const process::run_folder next;
               return !exists(test_folder);
           }),
           "the next run removes what a killed test has left");
    expect(process::leftovers(test_folder).empty(), "and all that was called after it");
    return failures == 0 ? 0 : 1;
}

}  // namespace tally::process_stress
