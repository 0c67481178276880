// SPDX-License-Identifier: MIT
// `num += 1` as an interpreter runs it: a few byte codes, and points between them where the
// interpreter's lock may be dropped.
//
//   num_      the variable that all threads add to     (inside the lock only)
//   global_   the interpreter's lock                   (held while byte codes run)
//   object_   the variable's own lock                  (held for one access: no global lock)
//   mutex_    what a careful program puts around the increment
//
// What is lost is decided by one question: may the lock be dropped between the load and the
// store? A generation of the interpreter answers it (counters/interpreter/generations.hpp) by
// naming the byte codes after which it looks. The lock protects the interpreter: num_ is never
// torn and never raced on. It protects the program only by chance.
// Not an entry of the catalogue: the catalogue holds counters that one would use.
#pragma once

#include <array>

#include "machines/contract.hpp"

namespace tally::interpreter {

// The byte codes of an increment. Real ones have other names in each version; this is what
// they do.
enum class code : std::uint8_t {
    load,           // push num
    load_constant,  // push 1
    call,           // replace the top by what a function returns for it: int(1)
    add,            // replace the two on top by their sum
    store,          // pop into num
    acquire,        // take the program's own mutex
    release,        // let it go
    jump_back,      // to the first byte code, for the next increment
};

// After which byte codes the interpreter looks whether it should drop its lock.
enum class drop_points : std::uint8_t {
    anywhere,         // each one: CPython 2.x
    mostly,           // each one but those that only push: 3.2 to 3.9 (DISPATCH, FAST_DISPATCH)
    calls_and_jumps,  // calls and backward jumps: 3.10 and later (CHECK_EVAL_BREAKER)
    nowhere,          // there is no lock to drop
};

constexpr bool may_drop_after(drop_points rule, code done) {
    switch (rule) {
        case drop_points::anywhere: return true;
        case drop_points::mostly: return done != code::load_constant;
        case drop_points::calls_and_jumps:
            return done == code::call || done == code::acquire || done == code::release ||
                   done == code::jump_back;
        case drop_points::nowhere: return false;
    }
    return true;
}

// What the threads run. The number that is added is always 1.
struct plain_add {
    static constexpr std::string_view name = "plain";
    static constexpr std::string_view source = "num += 1";
    static constexpr std::array codes{code::load, code::load_constant, code::add, code::store,
                                      code::jump_back};
};
struct add_of_call {
    static constexpr std::string_view name = "call";
    static constexpr std::string_view source = "num += int(1)";
    static constexpr std::array codes{code::load, code::load_constant, code::call,
                                      code::add,  code::store,         code::jump_back};
};
struct locked_add {
    static constexpr std::string_view name = "locked";
    static constexpr std::string_view source = "with lock: num += 1";
    static constexpr std::array codes{code::acquire, code::load,    code::load_constant, code::add,
                                      code::store,   code::release, code::jump_back};
};

// How fast it goes. The defaults are the interpreter's; a checker has no use for `work`, and
// wants `every` = 0, which allows every drop that any count would.
struct pace {
    std::uint32_t work = 0;              // dependent multiplications per byte code: its cost
    std::uint32_t every = 100;           // byte codes between two drops, where they are counted
    std::uint64_t interval = 5'000'000;  // nanoseconds until a waiter asks, where it asks
};

// Where there is no lock.
template <class Machine>
struct nothing {
    static constexpr lock_traits traits{.cite = "none"};
    struct node {};
    void lock(node&) noexcept {}
    void unlock(node&) noexcept {}
};

}  // namespace tally::interpreter

namespace tally {

template <class Machine, class Generation, class Program>
class interpreted {
    using global_lock = typename Generation::template global<Machine>;
    using object_lock = typename Generation::template object<Machine>;
    using mutex = typename Generation::template mutex<Machine>;
    using code = interpreter::code;

public:
    static constexpr counter_traits traits{.exact = !Generation::template loses<Program>,
                                           .waiting = waits::by_machine,
                                           .cite = Generation::cite};

    // What a thread of the interpreter has to itself.
    struct node {
        typename global_lock::node global{};
        typename object_lock::node object{};
        typename mutex::node own{};
        std::array<std::uint64_t, 2> stack{};
        std::uint64_t noise = 1;  // the outcome of the byte codes' cost: kept, so it is not removed
    };

    explicit interpreted(interpreter::pace how = {})
        : pace_(how), global_(Generation::template make<Machine>(how)) {}

    // A thread comes into the interpreter, runs `num += 1` n times, and leaves.
    void add(node& mine, std::uint64_t n) noexcept {
        enter(mine);
        run(mine, n);
        leave(mine);
    }

    // Into the interpreter, and out of it: what a thread does around I/O.
    void enter(node& mine) noexcept { global_.lock(mine.global); }
    void leave(node& mine) noexcept { global_.unlock(mine.global); }

    // Inside only: `num += 1`, n times.
    void run(node& mine, std::uint64_t n) noexcept {
        for (; n != 0; --n)
            for (const code next : Program::codes) {
                execute(mine, next);
                if (interpreter::may_drop_after(Generation::drops, next)) may_drop(mine);
            }
    }

    // Inside only: n byte codes that touch nothing shared, the lock looked at after each.
    void compute(node& mine, std::uint64_t n) noexcept {
        for (; n != 0; --n) {
            cost(mine);
            may_drop(mine);
        }
    }

    // Exact once no add() is under way.
    std::uint64_t read() const noexcept { return num_.read(); }

private:
    [[gnu::always_inline]] void may_drop(node& mine) noexcept {
        if constexpr (requires { global_.checkpoint(mine.global); })
            global_.checkpoint(mine.global);
    }

    [[gnu::always_inline]] void execute(node& mine, code what) noexcept {
        cost(mine);
        switch (what) {
            case code::load:
                object_.lock(mine.object);
                mine.stack[0] = num_.read();
                object_.unlock(mine.object);
                break;
            case code::load_constant: mine.stack[1] = 1; break;
            case code::call: break;  // int(1) is 1: it is the call that matters
            case code::add: mine.stack[0] += mine.stack[1]; break;
            case code::store:
                object_.lock(mine.object);
                num_.write(mine.stack[0]);
                object_.unlock(mine.object);
                break;
            case code::acquire: acquire_own(mine); break;
            case code::release: mutex_.unlock(mine.own); break;
            case code::jump_back: break;
        }
    }

    // Who has to wait for the program's mutex leaves the interpreter meanwhile: its holder needs
    // the interpreter to get to the release.
    void acquire_own(node& mine) noexcept {
        if (mutex_.try_lock(mine.own)) return;
        leave(mine);
        mutex_.lock(mine.own);
        enter(mine);
    }

    [[gnu::always_inline]] void cost(node& mine) noexcept {
        // Knuth's MMIX generator (TAOCP 2, 3.3.4): each step needs the one before it.
        for (std::uint32_t step = 0; step != pace_.work; ++step)
            mine.noise = mine.noise * 6364136223846793005ULL + 1442695040888963407ULL;
    }

    const interpreter::pace pace_;
    global_lock global_;
    object_lock object_;
    mutex mutex_;
    typename Machine::template plain<std::uint64_t> num_{0};
};

}  // namespace tally
