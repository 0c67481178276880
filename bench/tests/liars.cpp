// SPDX-License-Identifier: MIT
// tally-bench with strategies that go wrong, beside one that does not: what it must find out.
#include <unistd.h>

#include <cstdint>

#include "bench/driver.hpp"
#include "bench/subject.hpp"
#include "kit/judge.hpp"
#include "locks/spin/ttas.hpp"

namespace tally {

namespace {

// Claims to be exact, and forgets the first addition of each thread and every tenth after it.
template <class Machine>
class forgetful {
public:
    static constexpr counter_traits traits{.cite = "a double for tests"};
    struct node {
        std::uint64_t calls = 0;
    };

    void add(node& mine, std::uint64_t n) noexcept {
        if (mine.calls++ % 10 != 0) value_.fetch_add(n, relaxed);
    }
    std::uint64_t read() const noexcept { return value_.load(relaxed); }

private:
    typename Machine::template atomic<std::uint64_t> value_{0};
};

// Lets ten thousand through, and then nobody.
template <class Machine>
class stuck {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "a double for tests"};
    struct node {};

    void lock(node&) noexcept {
        while (entered_.fetch_add(1, relaxed) >= 10'000)
            Machine::yield();
    }
    void unlock(node&) noexcept {}

private:
    typename Machine::template atomic<std::uint64_t> entered_{0};
};

// Ends the program as if all were well, once it has been entered often enough.
template <class Machine>
class leaver {
public:
    static constexpr lock_traits traits{.waiting = waits::itself, .cite = "a double for tests"};
    struct node {};

    void lock(node&) noexcept {
        // At the first: on a busy machine a window may see few more.
        if (entered_.fetch_add(1, relaxed) == 0) ::_exit(0);
    }
    void unlock(node&) noexcept {}

private:
    typename Machine::template atomic<std::uint64_t> entered_{0};
};

struct leaver_subject {
    template <class Machine>
    using on = leaver<Machine>;
    static constexpr subject_info info{"leaver", "liars", "bench/tests/liars.cpp"};
};

struct forgetful_subject {
    template <class Machine>
    using on = forgetful<Machine>;
    static constexpr subject_info info{"forgetful", "liars", "bench/tests/liars.cpp"};
};

struct stuck_subject {
    template <class Machine>
    using on = stuck<Machine>;
    static constexpr subject_info info{"stuck", "liars", "bench/tests/liars.cpp"};
};

struct honest_subject {
    template <class Machine>
    using on = ttas<Machine>;
    static constexpr subject_info info{"ttas", "spin", "locks/spin/ttas.hpp"};
};

}  // namespace

namespace bench {

void fill(catalogue& into) {
    enter_counter<forgetful_subject>(into);
    enter_lock<stuck_subject>(into);
    enter_lock<leaver_subject>(into);
    enter_lock<honest_subject>(into);
}

}  // namespace bench

}  // namespace tally

int main(int argc, char** argv) {
    return tally::kit::run_judged("tally-bench", tally::bench::run, argc, argv);
}
