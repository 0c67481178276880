// SPDX-License-Identifier: MIT
#include "stress/process/scene.hpp"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "kit/exit_codes.hpp"

namespace tally::process_stress {

namespace {

unsigned next_label = 0;

void sleep_ns(long nanoseconds) {
    const timespec span{0, nanoseconds};
    ::nanosleep(&span, nullptr);
}

// The state letter of proc(5): R, S, D, T, Z.
char state_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto after_name = line.rfind(") ");
    return after_name == std::string::npos ? '?' : line[after_name + 2];
}

// ns that the process has run; 0 if that cannot be known.
std::uint64_t cpu_time_of(pid_t pid) {
    clockid_t clock{};
    timespec spent{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &spent) != 0) return 0;
    return static_cast<std::uint64_t>(spent.tv_sec) * 1'000 * millisecond +
           static_cast<std::uint64_t>(spent.tv_nsec);
}

}  // namespace

scene::scene(const process::run_folder& run, const subject_entry& subject)
    : subject_(subject),
      name_(run.name("t" + std::to_string(next_label++))),
      folder_(run.path()),
      shared_(shared_stage::create(name_.path(stage_suffix))) {
    // Made, and let go of: who waits for this process to die would wait for nothing.
    subject.open(name_, process::opening::create).reset();
}

scene::~scene() {
    end_all();
    subject_.remove(name_);
    // Objects that a killed actor called after itself.
    for (const auto& left : left_behind())
        if (const auto at = left.find(' '); left.starts_with("file "))
            ::unlink((folder_ + "/" + left.substr(at + 1)).c_str());
    ::unlink(name_.path(stage_suffix).c_str());
}

void scene::start(const script& what) {
    actors_.insert_or_assign(what.index, start_actor(subject_.name, name_, what));
}

bool scene::reached(unsigned index, step where, std::uint64_t within_ns) {
    auto& word = state(index).at;
    const auto end = monotonic_ns() + within_ns;
    constexpr long longest_pause = 500'000;
    for (long pause = 5'000;; pause = std::min(2 * pause, longest_pause)) {
        // acquire: pairs with the actor's announcement.
        if (word.load(acquire) >= static_cast<std::uint32_t>(where)) return true;
        if (monotonic_ns() > end) return false;
        if (pause == longest_pause) expect_not_refused(index);
        sleep_ns(pause);
    }
}

// An actor that the system refused what it needs says nothing of the lock.
void scene::expect_not_refused(unsigned index) {
    siginfo_t seen{};
    // Looked at, and left for whoever waits for its end.
    const auto pid = static_cast<id_t>(actor(index).pid());
    if (::waitid(P_PID, pid, &seen, WEXITED | WNOHANG | WNOWAIT) != 0) return;
    if (seen.si_code == CLD_EXITED && seen.si_status == kit::exit_cannot_say)
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                                "actor " + std::to_string(index) + " of " + subject_.name);
}

void scene::must_reach(unsigned index, step where) {
    if (reached(index, where, 20'000 * millisecond)) return;
    throw std::runtime_error(
        subject_.name + ": actor " + std::to_string(index) + " did not get to '" +
        std::string(to_string(where)) + "' within 20 s; it stands at '" +
        std::string(to_string(static_cast<step>(state(index).at.load(relaxed)))) + "'");
}

void scene::let_wait(unsigned index) {
    // Thousands of times what it takes to get in line.
    constexpr std::uint64_t plenty = millisecond;
    must_reach(index, step::acquiring);
    const auto pid = actor(index).pid();
    const auto from = cpu_time_of(pid);
    const auto end = monotonic_ns() + 20'000 * millisecond;
    for (int asleep = 0; asleep != 2 && cpu_time_of(pid) - from < plenty; sleep_ns(100'000)) {
        const char state = state_of(pid);
        if (state == 'Z') return;  // it has ended instead
        asleep = state == 'S' ? asleep + 1 : 0;
        if (monotonic_ns() > end)
            throw std::runtime_error(subject_.name + ": actor " + std::to_string(index) +
                                     " neither slept nor ran in lock() for 20 s");
    }
}

bool scene::ended(unsigned index) {
    auto& it = actor(index);
    return it.pid() == -1 || it.ended_within(0).has_value();
}

void scene::kill(unsigned index) {
    actor(index).kill();
    actors_.erase(index);
}

std::vector<std::string> scene::left_behind() const {
    std::vector<std::string> mine;
    for (const auto& left : process::leftovers(folder_)) {
        const auto at = left.find(name_.label + ".");
        const bool its = at != std::string::npos || left.ends_with("." + name_.label);
        if (its && !left.ends_with(stage_suffix)) mine.push_back(left);
    }
    return mine;
}

}  // namespace tally::process_stress
