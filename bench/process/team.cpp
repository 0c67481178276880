// SPDX-License-Identifier: MIT
#include "bench/process/team.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <system_error>
#include <vector>

#include "kit/wire.hpp"
#include "machines/native.hpp"
#include "machines/process/child.hpp"
#include "machines/process/contract.hpp"

namespace tally::bench {

namespace {

constexpr const char* worker_word = "process-worker";

std::uint64_t children_cpu_so_far() noexcept {
    rusage used{};
    ::getrusage(RUSAGE_CHILDREN, &used);
    const auto ns = [](const timeval& t) {
        return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U +
               static_cast<std::uint64_t>(t.tv_usec) * 1'000U;
    };
    return ns(used.ru_utime) + ns(used.ru_stime);
}

// All that a worker is told.
struct worker_call {
    pid_t parent = -1;
    std::string strategy;
    std::string waiting;
    process::lock_name name;
    unsigned index = 0;
    unsigned size = 0;
    int sheet = -1;  // the descriptor of the tallies, which it inherits

    static void fields(auto& of, auto&& field) {
        field("parent", of.parent);
        field("strategy", of.strategy);
        field("waiting", of.waiting);
        field("folder", of.name.folder);
        field("label", of.name.label);
        field("index", of.index);
        field("size", of.size);
        field("sheet", of.sheet);
    }
};

class process_team final : public team {
public:
    process_team(std::string strategy, std::string waiting, process::lock_name name,
                 const tally_sheet& sheet)
        : strategy_(std::move(strategy)),
          waiting_(std::move(waiting)),
          name_(std::move(name)),
          sheet_(sheet) {}

    std::string_view scope() const noexcept override { return "process"; }

    void start(unsigned size, contest&, board&, worker_tally*) override {
        if (sheet_.file() == -1)
            throw std::system_error(EFBIG, std::generic_category(), "a file for the tallies");
        children_cpu_ = children_cpu_so_far();
        for (unsigned index = 0; index != size; ++index) {
            auto words = kit::to_words(
                worker_call{::getpid(), strategy_, waiting_, name_, index, size, sheet_.file()});
            words.insert(words.begin(), worker_word);
            workers_.push_back(process::child::start(words));
        }
    }

    bool join_within(std::chrono::nanoseconds patience) override {
        const auto end = monotonic_ns() + static_cast<std::uint64_t>(patience.count());
        for (;;) {
            // All, each time: one that has failed would keep the others waiting at the gate.
            std::erase_if(workers_, [](auto& worker) { return left(worker); });
            if (workers_.empty()) return true;
            const auto now = monotonic_ns();
            if (now >= end) return false;
            ::usleep(static_cast<useconds_t>(std::min<std::uint64_t>((end - now) / 1000, 200)));
        }
    }

    std::uint64_t children_cpu_ns() const noexcept override {
        return children_cpu_so_far() - children_cpu_;
    }

private:
    static bool left(process::child& worker) {
        const auto status = worker.ended_within(0);
        if (status && *status != 0)
            throw std::system_error(ECHILD, std::generic_category(), "a worker has failed");
        return status.has_value();
    }

    std::string strategy_;
    std::string waiting_;
    process::lock_name name_;
    const tally_sheet& sheet_;
    std::vector<process::child> workers_;
    std::uint64_t children_cpu_ = 0;
};

}  // namespace

std::unique_ptr<team> make_process_team(std::string strategy, std::string waiting,
                                        process::lock_name name, const tally_sheet& sheet) {
    return std::make_unique<process_team>(std::move(strategy), std::move(waiting), std::move(name),
                                          sheet);
}

bool called_as_worker(int argc, char** argv) noexcept {
    return argc > 1 && std::strcmp(argv[1], worker_word) == 0;
}

std::optional<int> run_as_worker(int argc, char** argv, const catalogue& known) {
    if (!called_as_worker(argc, argv)) return std::nullopt;
    worker_call told;
    try {
        // Ctrl-C reaches a whole team: the conductor hears it, and ends the window for all.
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
            std::signal(signal, SIG_IGN);
        const std::vector<std::string> words(argv + 2, argv + argc);
        told = kit::from_words<worker_call>(words);
        process::die_with_parent(told.parent);
        tally_sheet sheet(told.sheet, told.size);
        for (const auto& s : known.strategies) {
            if (s.info.name != told.strategy || s.waiting != told.waiting ||
                s.make_process == nullptr)
                continue;
            const auto on = s.make_process(told.name, process::opening::attach);
            native_team::pin(told.index);
            on->work(seat{told.index, sheet.at(), sheet.tallies()[told.index]});
            return 0;
        }
        std::fprintf(stderr, "no strategy for processes is called %s/%s\n", told.strategy.c_str(),
                     told.waiting.c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "worker of %s/%s: %s\n", told.strategy.c_str(), told.waiting.c_str(),
                     error.what());
    }
    return 3;
}

}  // namespace tally::bench
