// SPDX-License-Identifier: MIT
#include "stress/process/matrix.hpp"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>

#include "stress/process/scene.hpp"
#include "stress/process/traced.hpp"

namespace tally::process_stress {

namespace {

constexpr unsigned holder = 0;
constexpr unsigned waiter = 1;
constexpr unsigned newcomer = 2;

constexpr const char* stopped_scenario = "stopped for 30 ms";

constexpr unsigned most_instructions = 20'000;

// What one lock() and unlock() may be killed in: repeated, since each may go either way.
constexpr unsigned repeats = 8;

// A process of this pid, which belongs to nobody here. Empty, with errno, if it cannot be had.
std::optional<process::child> stranger_with(pid_t pid) {
    clone_args how{};
    how.exit_signal = SIGCHLD;
    how.set_tid = reinterpret_cast<std::uint64_t>(&pid);
    how.set_tid_size = 1;
    const auto parent = ::getpid();
    const auto made = static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
    if (made == -1) return std::nullopt;
    if (made == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        for (;;)
            ::pause();
    }
    return process::child(made);
}

class row_maker {
public:
    row_maker(const process::run_folder& run, const subject_entry& subject,
              const matrix_options& with)
        : run_(run), subject_(subject), with_(with) {
        row_.lock = subject.lock;
        row_.waiting = subject.waiting;
        row_.claimed = process::to_string(subject.traits.holder_killed);
    }

    matrix_row make() {
        killed_at_ready();
        killed_at_each_instruction();
        for (const bool behind : {false, true}) {
            waiter_killed_waiting(behind);
            waiter_killed_woken(behind);
        }
        killed_at_random();
        stopped_for_a_while();
        exits();
        executes();
        forks();
        pid_is_reused();
        looks_at_what_is_left();
        return std::move(row_);
    }

private:
    cell& cell_of(const std::string& scenario, const char* next) {
        for (auto& known : row_.cells)
            if (known.scenario == scenario && known.next == next) return known;
        cell made;
        made.scenario = scenario;
        made.next = next;
        row_.cells.push_back(std::move(made));
        return row_.cells.back();
    }

    bool entered(scene& on, unsigned next, const cell& into) {
        const auto end = monotonic_ns() + patience(into);
        while (!on.reached(next, step::inside, 20 * millisecond))
            if (monotonic_ns() > end || on.ended(next)) return false;
        return true;
    }

    // Whoever must get in, says the lock, is waited for on a busy machine too.
    bool must_enter(const cell& into) const {
        const bool held =
            into.scenario == "killed: inside" || into.scenario == "killed: middle of the increment";
        return into.scenario == stopped_scenario || (held && row_.claimed != "stuck");
    }

    std::uint64_t patience(const cell& into) const {
        if (must_enter(into)) return 20'000 * millisecond;
        return with_.patience_ms * millisecond / (into.never == 0 ? 1 : 10);
    }

    // Counts what `next` got, which was free to enter since that moment.
    void look(scene& on, unsigned next, std::uint64_t since, cell& into) {
        ++into.trials;
        auto& it = on.state(next);
        if (!entered(on, next, into)) {
            ++(on.ended(next) ? into.aborted : into.never);
            if (on.shared().count.read() != on.shared().witness.read()) ++into.torn;
            return;
        }
        on.must_reach(next, step::done);
        const bool told = it.told_of_death.load(relaxed) != 0;
        ++(told ? into.owner_died : into.acquired);
        into.torn += it.torn.load(relaxed) != 0;
        into.repaired += it.repaired.load(relaxed) != 0;
        const auto at = it.entered_at.load(relaxed);
        into.latency_us.push_back(at > since ? static_cast<double>(at - since) / 1e3 : 0);
    }

    // The one who comes after: let go now.
    void look_at_newcomer(scene& on, cell& into) {
        on.must_reach(newcomer, step::ready);
        const auto since = monotonic_ns();
        on.open_gate(newcomer);
        look(on, newcomer, since, into);
    }

    static script inside_until_told() { return {.index = holder, .stop_at = step::inside}; }
    static script comes_later() { return {.index = newcomer, .stop_at = step::ready}; }
    static script comes_at_once() { return {.index = waiter}; }

    // A holder that stands inside, and a waiter that waits for it.
    void hold_and_wait(scene& on, const script& how) {
        on.start(how);
        on.must_reach(holder, step::inside);
        on.start(comes_at_once());
        on.let_wait(waiter);
    }

    void killed_at_ready() {
        auto& into = cell_of("killed: before", "newcomer");
        for (unsigned trial = 0; trial != repeats; ++trial) {
            scene on(run_, subject_);
            on.start({.index = holder, .stop_at = step::ready});
            on.start(comes_later());
            on.must_reach(holder, step::ready);
            on.kill(holder);
            look_at_newcomer(on, into);
        }
    }

    void kill_holder_and_look(scene& on, step where, bool awaited) {
        auto& into =
            cell_of("killed: " + std::string(to_string(where)), awaited ? "waiter" : "newcomer");
        const auto since = monotonic_ns();
        on.kill(holder);
        if (awaited)
            look(on, waiter, since, into);
        else
            look_at_newcomer(on, into);
    }

    // Kills the holder after `instructions` from its first one in lock(), or with `awaited` from
    // its first one inside, where a waiter waits. False if it was outside again by then.
    bool killed_after(unsigned instructions, bool awaited) {
        scene on(run_, subject_);
        on.start({.index = holder, .traced = true, .warm = true});
        if (!awaited) on.start(comes_later());
        traced reins(on.actor(holder).pid());
        const auto from = awaited ? step::inside : step::acquiring;
        const auto stands = [&] { return static_cast<step>(on.state(holder).at.load(acquire)); };
        for (unsigned count = 0; stands() < from; ++count)
            if (!reins.step() || count == most_instructions)
                throw std::runtime_error(subject_.name + ": the traced holder did not get to '" +
                                         std::string(to_string(from)) + "'");
        if (awaited) {
            on.start(comes_at_once());
            on.let_wait(waiter);
        }
        for (unsigned count = 0; count != instructions && stands() < step::outside; ++count)
            if (!reins.step()) break;
        const auto where = stands();
        kill_holder_and_look(on, where, awaited);
        return where < step::outside;
    }

    void killed_at_each_instruction() {
        const auto why = why_no_tracing();
        for (const bool awaited : {false, true}) {
            if (!why.empty()) {
                cell_of("killed: acquiring", awaited ? "waiter" : "newcomer").note = why;
                continue;
            }
            unsigned instructions = static_cast<unsigned>(with_.seed % with_.stride);
            while (killed_after(instructions, awaited) && instructions < most_instructions)
                instructions += with_.stride;
            // The steps between are few, and a stride may pass them by.
            for (const auto where : {step::inside, step::middle})
                if (with_.stride != 1) killed_at(where, awaited);
        }
    }

    void killed_at(step where, bool awaited) {
        scene on(run_, subject_);
        on.start({.index = holder, .stop_at = where});
        on.must_reach(holder, where);
        on.start(awaited ? comes_at_once() : comes_later());
        if (awaited) on.let_wait(waiter);
        kill_holder_and_look(on, where, awaited);
    }

    // Who is looked at when a waiter has died: one that was asleep behind it, or one that comes
    // when all is over. The first depends on a wake-up that the dead one may have taken along.
    static const char* next_name(bool behind) { return behind ? "waiter" : "newcomer"; }

    void start_next(scene& on, bool behind) {
        on.start(behind ? script{.index = newcomer} : comes_later());
        if (behind)
            on.let_wait(newcomer);
        else
            on.must_reach(newcomer, step::ready);
    }

    void look_at_next(scene& on, bool behind, std::uint64_t since, cell& into) {
        if (behind)
            look(on, newcomer, since, into);
        else
            look_at_newcomer(on, into);
    }

    void waiter_killed_waiting(bool behind) {
        auto& into = cell_of("waiter killed: waiting", next_name(behind));
        for (unsigned trial = 0; trial != repeats; ++trial) {
            scene on(run_, subject_);
            hold_and_wait(on, inside_until_told());
            start_next(on, behind);
            on.kill(waiter);
            const auto since = monotonic_ns();
            on.open_gate(holder);
            on.must_reach(holder, step::done);
            look_at_next(on, behind, since, into);
        }
    }

    // Holder and waiter share a CPU, on which the waiter runs only when nothing else wants to
    // (SCHED_IDLE). So the holder's unlock() wakes it, and the holder's next call kills it, before
    // it has run an instruction.
    void waiter_killed_woken(bool behind) {
        auto& into = cell_of("waiter killed: being woken", next_name(behind));
        for (unsigned trial = 0; trial != repeats; ++trial) {
            scene on(run_, subject_);
            on.start({.index = waiter, .stop_at = step::ready, .cpu = 0});
            on.must_reach(waiter, step::ready);
            const auto pid = on.actor(waiter).pid();
            on.start({.index = holder,
                      .stop_at = step::inside,
                      .inside = act::kill_waiter,
                      .cpu = 0,
                      .pid_to_kill = static_cast<unsigned>(pid)});
            on.must_reach(holder, step::inside);
            on.open_gate(waiter);
            on.let_wait(waiter);
            start_next(on, behind);
            const sched_param none{};
            (void)::sched_setscheduler(pid, SCHED_IDLE, &none);
            const auto since = monotonic_ns();
            on.open_gate(holder);
            on.must_reach(holder, step::done);
            on.kill(waiter);
            look_at_next(on, behind, since, into);
        }
    }

    // Two that never stop, and one of them is killed; then: does the other go on?
    void killed_at_random() {
        auto& into = cell_of("killed: at random", "waiter");
        std::mt19937_64 random(with_.seed);
        std::uniform_int_distribution<long> moment(0, 1'000'000);
        for (unsigned trial = 0; trial != with_.random_kills; ++trial) {
            scene on(run_, subject_);
            on.start({.index = holder, .rounds = 0});
            on.start({.index = waiter, .rounds = 0});
            on.must_reach(holder, step::acquiring);
            on.must_reach(waiter, step::acquiring);
            const timespec span{0, moment(random)};
            ::nanosleep(&span, nullptr);
            on.kill(holder);
            look_at_survivor(on, into);
        }
    }

    void look_at_survivor(scene& on, cell& into) {
        ++into.trials;
        auto& it = on.state(waiter);
        const auto before = it.rounds.load(relaxed);
        const auto end = monotonic_ns() + patience(into);
        // Two: the first of them may have been inside at the death.
        while (it.rounds.load(relaxed) < before + 2 && monotonic_ns() < end && !on.ended(waiter)) {
            const timespec span{0, 20'000};
            ::nanosleep(&span, nullptr);
        }
        const bool goes_on = it.rounds.load(relaxed) >= before + 2;
        const bool told = it.told_of_death.load(relaxed) != 0;
        on.shared().stop.store(1, relaxed);
        if (goes_on) on.must_reach(waiter, step::done);
        if (!goes_on) ++(on.ended(waiter) ? into.aborted : into.never);
        into.owner_died += goes_on && told;
        into.acquired += goes_on && !told;
        const bool torn_now = on.shared().count.read() != on.shared().witness.read();
        into.torn += it.torn.load(relaxed) != 0 || torn_now;
        into.repaired += it.repaired.load(relaxed) != 0 && !torn_now;
    }

    void stopped_for_a_while() {
        auto& into = cell_of(stopped_scenario, "waiter");
        scene on(run_, subject_);
        hold_and_wait(on, inside_until_told());
        on.actor(holder).signal(SIGSTOP);
        // Who enters while the holder is only stopped is inside together with it.
        into.early += on.reached(waiter, step::inside, 30 * millisecond);
        const auto since = monotonic_ns();
        on.open_gate(holder);
        on.actor(holder).signal(SIGCONT);
        look(on, waiter, since, into);
    }

    void exits() {
        auto& into = cell_of("exit without unlock", "waiter");
        for (unsigned trial = 0; trial != repeats; ++trial) {
            scene on(run_, subject_);
            auto how = inside_until_told();
            how.inside = act::exit;
            hold_and_wait(on, how);
            const auto since = monotonic_ns();
            on.open_gate(holder);
            if (!on.actor(holder).ended_within(10'000 * millisecond))
                throw std::runtime_error(subject_.name + ": the holder did not exit");
            look(on, waiter, since, into);
        }
    }

    void executes() {
        auto& into = cell_of("exec in the holder", "waiter");
        scene on(run_, subject_);
        auto how = inside_until_told();
        how.inside = act::exec;
        hold_and_wait(on, how);
        auto since = monotonic_ns();
        on.open_gate(holder);
        if (entered(on, waiter, into)) {
            ++into.early;
        } else {
            since = monotonic_ns();
            on.kill(holder);
        }
        look(on, waiter, since, into);
    }

    void forks() {
        auto& into = cell_of("fork in the holder, which is then killed", "waiter");
        scene on(run_, subject_);
        hold_and_wait(on, {.index = holder, .inside = act::fork});
        auto& heir = on.state(holder).forked;
        while (heir.load(acquire) == 0)
            ::usleep(100);
        auto since = monotonic_ns();
        on.kill(holder);
        const bool early = entered(on, waiter, into);
        into.early += early;
        if (!early) since = monotonic_ns();
        // Not our child: its parent is dead. It is ours to kill, and init's to bury.
        ::kill(static_cast<pid_t>(heir.load(relaxed)), SIGKILL);
        look(on, waiter, since, into);
    }

    void pid_is_reused() {
        auto& into = cell_of("killed, and its pid given to a stranger", "newcomer");
        for (unsigned trial = 0; trial != repeats; ++trial) {
            scene on(run_, subject_);
            on.start(inside_until_told());
            on.start(comes_later());
            on.must_reach(holder, step::inside);
            on.must_reach(newcomer, step::ready);
            const auto pid = on.actor(holder).pid();
            on.kill(holder);
            const auto stranger = stranger_with(pid);
            if (!stranger) {
                into.note = std::string("clone3 with a chosen pid: ") + std::strerror(errno);
                // Somebody was quicker; not allowed is for good.
                if (errno == EEXIST) continue;
                return;
            }
            look_at_newcomer(on, into);
        }
        if (into.trials != 0) into.note.clear();
    }

    void looks_at_what_is_left() {
        scene on(run_, subject_);
        on.start(inside_until_told());
        on.must_reach(holder, step::inside);
        on.kill(holder);
        on.end_all();
        row_.left_behind = on.left_behind();
    }

    const process::run_folder& run_;
    const subject_entry& subject_;
    const matrix_options& with_;
    matrix_row row_;
};

}  // namespace

matrix_row crash(const process::run_folder& run, const subject_entry& subject,
                 const matrix_options& with) {
    return row_maker(run, subject, with).make();
}

}  // namespace tally::process_stress
