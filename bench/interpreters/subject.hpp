// SPDX-License-Identifier: MIT
// What is measured: an interpreter that is installed, or a model of one. Both run the same
// programs, so each workload is written once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/interpreters/found.hpp"

namespace tally::interpreters {

// Where threads run. What a hand-over costs, and so what two threads get done, depends on it more
// than on anything else: see docs/gil.md.
enum class placement : std::uint8_t {
    anywhere,  // where the system puts them, as in any program
    apart,     // the first on the first CPU, the second on the second, and so on around
    together,  // all on one CPU
};

constexpr std::string_view to_string(placement where) {
    switch (where) {
        case placement::anywhere: return "any";
        case placement::apart: return "apart";
        case placement::together: return "together";
    }
    return "?";
}

struct counted {
    std::uint64_t number = 0;    // the final number
    double nanoseconds = 0;      // from the start to the last thread's end
    double cpu_nanoseconds = 0;  // of all threads meanwhile; 0 where it was not measured
    double switches = -1;        // context switches meanwhile; -1 where they were not counted
    std::string error = {};      // not empty: it did not run to its end
};

struct responses {
    std::vector<std::uint64_t> waits = {};  // nanoseconds, one for each question
    std::string error = {};
};

// What a subject is to run. `program` is one of plain, call, locked, compute
// (programs/counter.py).
struct task {
    std::string_view program;
    // So many threads: one run for each, in this order, in one process. What is to be compared
    // belongs into one, for an interpreter's speed differs from one process to the next.
    std::vector<unsigned> threads;
    std::uint64_t increments = 0;  // by each thread
    bool shortest = false;         // threads are switched as often as can be asked for
    placement where = placement::anywhere;
};

// What `num += 1` is expected to do under a subject.
enum class fate : std::uint8_t {
    exact,     // the number is right, every time
    may_lose,  // updates are lost, now and then or often
};

class subject {
public:
    virtual ~subject() = default;

    const std::string& name() const noexcept { return name_; }

    // What came out of each run; fewer than were asked for if one failed, which is then the last.
    virtual std::vector<counted> run_in_turn(const task& what) = 0;

    // One run of it.
    counted count(std::string_view program, unsigned threads, std::uint64_t increments,
                  bool shortest) {
        return run_in_turn({program, {threads}, increments, shortest}).back();
    }

    // One thread answers `questions` beside `computing` threads. `interval`: nanoseconds, the
    // switch interval; 0 where it has none.
    virtual responses respond(unsigned computing, std::uint64_t interval, unsigned questions) = 0;

    // Increments of the shared number, each followed by `local` byte codes of the thread's own.
    // False where a subject cannot.
    virtual bool mix(unsigned threads, std::uint64_t increments, std::uint64_t local,
                     counted& result) = 0;

    virtual fate of(std::string_view program) const = 0;
    virtual bool has_interval() const = 0;
    // Can it be told where its threads run?
    virtual bool can_be_placed() const = 0;
    virtual bool is_model() const = 0;

protected:
    explicit subject(std::string name) : name_(std::move(name)) {}

private:
    std::string name_;
};

// An interpreter that is installed. No single run of it takes longer than `limit_s` seconds.
std::unique_ptr<subject> real(const installed& which, unsigned limit_s);

// What a byte code costs in a model. Taken from a real interpreter, so that both let go equally
// often; nanoseconds for one round of the program.
struct speed {
    double increment_ns = 45;
    double compute_ns = 35;
};

// A model of a generation: its name is "model-" and tally::interpreter's name for it.
std::unique_ptr<subject> model_of_cpython_2(const speed& like);
std::unique_ptr<subject> model_of_cpython_3_2(const speed& like);
std::unique_ptr<subject> model_of_cpython_3_10(const speed& like);
std::unique_ptr<subject> model_of_fair_io(const speed& like);
std::unique_ptr<subject> model_of_free_threaded(const speed& like);
std::unique_ptr<subject> model_of_no_lock(const speed& like);

}  // namespace tally::interpreters
