// SPDX-License-Identifier: MIT
// A measuring program that has nothing of the suite: no header, no clock, no thread and no loop of
// it. What it measures is what rows of tally-bench say they measure, and compare.cpp holds the two
// beside each other.
//
//   independent <window in ms> <row> ...
//   row: counter/<what>/threads:N or sections/<what>/cs:<ns>/ncs:<ns>/threads:N
//   what: std_mutex, ttas, fetch_add (in counter only)
//
// One line for each row: its name; increments a
// second; the share of the window in which its threads were on a CPU; of the waits for the lock the
// median and the 99th percentile in ns, less what reading the clock takes at the same rank (0 where
// there is no lock to wait for); and what such a wait is known to within.
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace {

std::uint64_t now_ns(clockid_t clock = CLOCK_MONOTONIC) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

void sleep_ns(std::uint64_t ns) {
    const timespec span{static_cast<time_t>(ns / 1'000'000'000U),
                        static_cast<long>(ns % 1'000'000'000U)};
    nanosleep(&span, nullptr);
}

#if defined(__x86_64__)
std::uint64_t stamp() {
    _mm_lfence();
    const std::uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
}
void relax() { _mm_pause(); }
#else
std::uint64_t stamp() { return now_ns(); }
void relax() {}
#endif

double ns_per_stamp() {
    const std::uint64_t from_ns = now_ns();
    const std::uint64_t from = stamp();
    sleep_ns(50'000'000);
    const std::uint64_t until_ns = now_ns();
    const std::uint64_t until = stamp();
    return static_cast<double>(until_ns - from_ns) / static_cast<double>(until - from);
}

struct ttas_lock {
    std::atomic<std::uint32_t> held{0};
    void lock() {
        while (held.exchange(1, std::memory_order_acquire) != 0)
            while (held.load(std::memory_order_relaxed) != 0)
                relax();
    }
    void unlock() { held.store(0, std::memory_order_release); }
};

struct data {
    struct alignas(64) line {
        std::uint64_t word = 1;
    };
    line lines[4];
};

// The count behind its lock, in the lock's line, and the data of a section behind both.
template <class Lock>
struct alignas(128) guarded {
    Lock lock;
    std::uint64_t count = 0;
    data area;
};

// So many steps of a multiplication in memory.
void compute(data& on, std::uint64_t steps) {
    asm volatile("" : : "r"(&on) : "memory");
    for (std::uint64_t i = 0; i < steps; ++i) {
        std::uint64_t& word = on.lines[i & 3U].word;
        word = word * 2862933555777941757U + 3037000493U;
        asm volatile("" : : : "memory");
    }
}

double ns_per_step() {
    constexpr std::uint64_t steps = 10'000;
    double best = std::numeric_limits<double>::max();
    data area;
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t from = now_ns();
        compute(area, steps);
        best = std::min(best, static_cast<double>(now_ns() - from) / steps);
    }
    return best;
}

struct plan {
    unsigned threads = 1;
    std::uint64_t inside = 0;  // steps
    std::uint64_t outside = 0;
    bool sections = false;
    std::uint64_t window_ns = 0;
    double stamp_ns = 1;
};

struct alignas(128) signal_words {
    std::atomic<int> phase{0};  // 0 gather, 1 warm up, 2 count, 3 end
    alignas(128) std::atomic<unsigned> arrived{0};
};

struct alignas(128) result {
    std::uint64_t counted = 0;
    std::uint64_t cpu_ns = 0;
    std::vector<std::uint64_t> waits;
    std::vector<std::uint64_t> nothing;  // two readings with nothing between them
};

// Operations between two looks at the phase.
constexpr int batch = 16;

template <class Operation>
void take_part(signal_words& at, result& mine, const Operation& given) {
    mine.waits.reserve(1U << 16U);
    mine.nothing.reserve(1U << 16U);
    std::uint64_t random = reinterpret_cast<std::uintptr_t>(&mine) | 1U;
    std::uint64_t mean = 256;  // batches between two waits that are timed
    std::uint64_t left = mean;
    const auto until_end_of = [&](int phase) {
        Operation operation = given;  // a copy of its own, which can live in registers
        std::uint64_t done = 0;
        do {
            for (int i = 0; i != batch; ++i)
                operation.once();
            if constexpr (requires { operation.handovers; })
                asm volatile("" : : "r"(operation.handovers));
            done += batch;
            if (--left == 0) {
                const std::uint64_t from = stamp();
                const std::uint64_t entered = operation.once_timed();
                ++done;
                if (entered != 0) mine.waits.push_back(entered - from);
                const std::uint64_t a = stamp();
                const std::uint64_t b = stamp();
                mine.nothing.push_back(b - a);
                random = random * 6364136223846793005U + 1;
                left = 1 + (random >> 33U) % (2 * mean - 1);
            }
        } while (at.phase.load(std::memory_order_relaxed) == phase);
        return done;
    };
    ++at.arrived;
    while (at.phase.load() == 0)
        sleep_ns(50'000);
    const std::uint64_t from = now_ns();
    const std::uint64_t warm = until_end_of(1);
    // Some 20 us between two waits that are timed.
    const std::uint64_t each = std::max<std::uint64_t>((now_ns() - from) / warm, 1);
    mean = std::max<std::uint64_t>(20'000 / each / batch, 1);
    left = mean;
    mine.waits.clear();
    mine.nothing.clear();
    const std::uint64_t cpu_from = now_ns(CLOCK_THREAD_CPUTIME_ID);
    if (at.phase.load() == 2) mine.counted = until_end_of(2);
    mine.cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_from;
}

template <class Lock, bool with_sections>
struct locked_operation {
    guarded<Lock>* on;
    data* own;
    std::uint64_t inside;
    std::uint64_t outside;
    // Whoever asks how often the lock changed hands looks at the count that it found: on a lock
    // that is let go and taken again at once, even that is seen in the throughput.
    std::uint64_t left_at = 0;
    std::uint64_t handovers = 0;

    void once() {
        on->lock.lock();
        work();
    }
    std::uint64_t once_timed() {
        on->lock.lock();
        const std::uint64_t entered = stamp();
        work();
        return entered;
    }
    void work() {
        const std::uint64_t found = on->count;
        on->count = found + 1;
        if constexpr (with_sections) compute(on->area, inside);
        on->lock.unlock();
        handovers += found != left_at ? 1U : 0U;
        left_at = found + 1;
        if constexpr (with_sections) compute(*own, outside);
    }
};

struct alignas(128) shared_word {
    std::atomic<std::uint64_t> count{0};
};

struct adding_operation {
    shared_word* on;
    void once() { on->count.fetch_add(1, std::memory_order_relaxed); }
    std::uint64_t once_timed() {
        once();
        return 0;
    }
};

double at_rank(std::vector<std::uint64_t> values, double rank) {
    if (values.empty()) return 0;
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(rank * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return static_cast<double>(*at);
}

template <class MakeOperation>
void measure(const std::string& name, const plan& how, MakeOperation make) {
    signal_words at;
    std::vector<result> results(how.threads);
    cpu_set_t usable;
    CPU_ZERO(&usable);
    sched_getaffinity(0, sizeof usable, &usable);
    std::vector<unsigned> cpus;
    for (unsigned cpu = 0; cpu != CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &usable)) cpus.push_back(cpu);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i != how.threads; ++i)
        threads.emplace_back([&, i] {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpus[i % cpus.size()], &one);
            pthread_setaffinity_np(pthread_self(), sizeof one, &one);
            take_part(at, results[i], make(i));
        });
    while (at.arrived.load() != how.threads)
        sleep_ns(50'000);
    at.phase = 1;
    sleep_ns(10'000'000);
    const std::uint64_t opened = now_ns();
    at.phase = 2;
    sleep_ns(how.window_ns);
    const std::uint64_t closed = now_ns();
    at.phase = 3;
    for (auto& thread : threads)
        thread.join();
    double counted = 0;
    double cpu_ns = 0;
    std::vector<std::uint64_t> waits;
    std::vector<std::uint64_t> nothing;
    for (const auto& each : results) {
        counted += static_cast<double>(each.counted);
        cpu_ns += static_cast<double>(each.cpu_ns);
        waits.insert(waits.end(), each.waits.begin(), each.waits.end());
        nothing.insert(nothing.end(), each.nothing.begin(), each.nothing.end());
    }
    const auto wait = [&](double rank) {
        return std::max(at_rank(waits, rank) - at_rank(nothing, rank), 0.0) * how.stamp_ns;
    };
    const auto length = static_cast<double>(closed - opened);
    const double known_to = (at_rank(nothing, 0.9) - at_rank(nothing, 0.1)) * how.stamp_ns;
    std::printf("%s %.0f %.4f %.1f %.1f %.1f\n", name.c_str(), counted / length * 1e9,
                cpu_ns / length / how.threads, wait(0.5), wait(0.99), known_to);
}

template <class Lock>
void measure_lock(const std::string& name, const plan& how) {
    const auto shared = std::make_unique<guarded<Lock>>();
    struct alignas(128) own_data {
        data of_one;
    };
    std::vector<own_data> own(how.threads);
    const auto make = [&]<bool with_sections>(unsigned i) {
        return locked_operation<Lock, with_sections>{shared.get(), &own[i].of_one, how.inside,
                                                     how.outside};
    };
    if (how.sections)
        measure(name, how, [&](unsigned i) { return make.template operator()<true>(i); });
    else
        measure(name, how, [&](unsigned i) { return make.template operator()<false>(i); });
}

double number_after(const std::string& text, const std::string& key) {
    const auto at = text.find("/" + key + ":");
    return at == std::string::npos ? 0 : std::atof(text.c_str() + at + key.size() + 2);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: independent <window in ms> <row> ...\n", stderr);
        return 2;
    }
    plan how;
    how.window_ns = static_cast<std::uint64_t>(std::atof(argv[1]) * 1e6);
    how.stamp_ns = ns_per_stamp();
    const double step_ns = ns_per_step();
    for (int i = 2; i != argc; ++i) {
        const std::string row = argv[i];
        how.threads = static_cast<unsigned>(number_after(row, "threads"));
        how.sections = row.rfind("sections/", 0) == 0;
        how.inside = static_cast<std::uint64_t>(number_after(row, "cs") / step_ns + 0.5);
        how.outside = static_cast<std::uint64_t>(number_after(row, "ncs") / step_ns + 0.5);
        if (row.find("/std_mutex/") != std::string::npos) {
            measure_lock<std::mutex>(row, how);
        } else if (row.find("/ttas/") != std::string::npos) {
            measure_lock<ttas_lock>(row, how);
        } else if (row.find("counter/fetch_add/") != std::string::npos) {
            const auto shared = std::make_unique<shared_word>();
            measure(row, how, [&](unsigned) { return adding_operation{shared.get()}; });
        } else {
            std::fprintf(stderr, "independent: %s: no such row\n", row.c_str());
            return 2;
        }
    }
    return 0;
}
