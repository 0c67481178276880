// SPDX-License-Identifier: MIT
#include "stress/process/actor.hpp"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>

#include "kit/exit_codes.hpp"
#include "kit/wire.hpp"
#include "machines/process/system.hpp"
#include "stress/process/catalogue.hpp"
#include "stress/process/traced.hpp"

namespace tally::process_stress {

namespace {

constexpr unsigned longest_life_s = 60;  // of a process that nobody kills

void pin_to(int cpu) noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    (void)::sched_setaffinity(0, sizeof set, &set);
}

class actor {
public:
    actor(any_lock& lock, stage& where, const script& what) noexcept
        : lock_(lock), stage_(where), me_(where.actor[what.index]), script_(what) {}

    void play() {
        if (script_.warm) {
            lock_.lock(member());
            lock_.unlock(member());
        }
        if (script_.traced) traced::begin();
        at(step::ready);
        // relaxed, all: the lock orders what it protects, and a late stop costs a round.
        for (unsigned round = 0;
             script_.rounds == 0 ? stage_.stop.load(relaxed) == 0 : round != script_.rounds;
             ++round)
            if (!one_round()) break;
        at(step::done);
    }

private:
    process::member member() const noexcept { return {script_.index}; }

    void at(step where) noexcept {
        // seq_cst: a step is told before it is begun, whatever the lock's own orders are.
        me_.at.signal(static_cast<std::uint32_t>(where), seq_cst);
        // acquire: pairs with the supervisor's signal.
        if (where == script_.stop_at) me_.gate.await([](auto go) { return go != 0; }, acquire);
    }

    bool one_round() {
        at(step::acquiring);
        const auto told = script_.tries ? lock_.try_lock(member()) : lock_.lock(member());
        me_.told.store(static_cast<std::uint32_t>(told), relaxed);
        if (told == process::entry::busy) return false;
        if (told == process::entry::owner_died) me_.told_of_death.fetch_add(1, relaxed);
        at(step::inside);
        // A clock is many instructions, and who is traced is killed after each.
        if (!script_.traced) me_.entered_at.store(monotonic_ns(), relaxed);
        look_around(told);
        act_inside();
        increment();
        at(step::releasing);
        stage_.occupant.write(0);
        lock_.unlock(member());
        if (script_.inside == act::kill_waiter)
            ::kill(static_cast<pid_t>(script_.pid_to_kill), SIGKILL);
        at(step::outside);
        me_.rounds.fetch_add(1, relaxed);
        return true;
    }

    // What did the previous holder leave?
    void look_around(process::entry told) noexcept {
        const auto count = stage_.count.read();
        const auto witness = stage_.witness.read();
        if (count != witness) {
            me_.torn.fetch_add(1, relaxed);
            // Only who is told knows that it was a death, and may finish what was begun.
            if (told == process::entry::owner_died) {
                stage_.witness.write(count);
                me_.repaired.fetch_add(1, relaxed);
            }
        }
        // A dead holder leaves its name; only the claims, where nobody dies, look at violated.
        if (stage_.occupant.read() != 0) me_.violated.fetch_add(1, relaxed);
        stage_.occupant.write(script_.index + 1);
    }

    void increment() noexcept {
        const auto seen = stage_.count.read();
        for (unsigned pause = 0; pause != script_.dwell; ++pause)
            spin_hint();
        stage_.count.write(seen + 1);
        at(step::middle);
        stage_.witness.write(stage_.witness.read() + 1);
        if (stage_.occupant.read() != script_.index + 1) me_.violated.fetch_add(1, relaxed);
    }

    void act_inside() {
        switch (script_.inside) {
            case act::exit: std::exit(0);
            case act::exec:
                ::execl("/proc/self/exe", "tally-crash", "linger", nullptr);
                std::abort();
            case act::fork: {
                const pid_t made = ::fork();
                if (made == 0) {
                    ::alarm(longest_life_s);
                    for (;;)
                        ::pause();
                }
                // seq_cst: the supervisor waits for it.
                me_.forked.signal(static_cast<std::uint32_t>(made), seq_cst);
                me_.gate.await([](auto go) { return go != 0; }, acquire);
                break;
            }
            case act::nothing:
            case act::kill_waiter: break;
        }
    }

    any_lock& lock_;
    stage& stage_;
    actor_state& me_;
    script script_;
};

}  // namespace

namespace {

// All that an actor is told.
struct actor_call {
    pid_t parent = -1;
    std::string lock;
    process::lock_name name;
    script what;

    static void fields(auto& of, auto&& field) {
        field("parent", of.parent);
        field("lock", of.lock);
        field("folder", of.name.folder);
        field("label", of.name.label);
        field("script", of.what);
    }
};

}  // namespace

process::child start_actor(const std::string& lock, const process::lock_name& name,
                           const script& what) {
    auto words = kit::to_words(actor_call{::getpid(), lock, name, what});
    words.insert(words.begin(), "actor");
    return process::child::start(words);
}

int run_actor(const std::vector<std::string>& arguments) try {
    const auto [parent, called, name, what] = kit::from_words<actor_call>(arguments);
    process::die_with_parent(parent);
    const auto& subject = lock_called(called);
    if (what.cpu >= 0) pin_to(what.cpu);
    const auto shared = shared_stage::attach(name.path(stage_suffix));
    const auto lock = subject.open(name, process::opening::attach);
    actor(*lock, *shared, what).play();
    return 0;
} catch (const std::system_error& refused) {
    std::fprintf(stderr, "actor: %s\n", refused.what());
    return process::is_shortage(refused.code()) ? kit::exit_cannot_say : 3;
} catch (const std::exception& error) {
    std::fprintf(stderr, "actor: %s\n", error.what());
    return 3;
}

int run_lingerer() {
    ::alarm(longest_life_s);
    for (;;)
        ::pause();
}

}  // namespace tally::process_stress
