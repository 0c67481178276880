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
        for (unsigned index = 0; index != size; ++index)
            workers_.push_back(
                process::child::start({worker_word, std::to_string(::getpid()), strategy_, waiting_,
                                       name_.folder, name_.label, std::to_string(index),
                                       std::to_string(size), std::to_string(sheet_.file())}));
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
    return argc == 10 && std::strcmp(argv[1], worker_word) == 0;
}

std::optional<int> run_as_worker(int argc, char** argv, const catalogue& known) {
    if (!called_as_worker(argc, argv)) return std::nullopt;
    try {
        // Ctrl-C reaches a whole team: the conductor hears it, and ends the window for all.
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
            std::signal(signal, SIG_IGN);
        process::die_with_parent(static_cast<pid_t>(std::atol(argv[2])));
        const process::lock_name name{argv[5], argv[6]};
        const auto index = static_cast<unsigned>(std::atol(argv[7]));
        const auto size = static_cast<unsigned>(std::atol(argv[8]));
        tally_sheet sheet(static_cast<int>(std::atol(argv[9])), size);
        for (const auto& s : known.strategies) {
            if (s.info.name != argv[3] || s.waiting != argv[4] || s.make_process == nullptr)
                continue;
            const auto on = s.make_process(name, process::opening::attach);
            native_team::pin(index);
            on->work(seat{index, sheet.at(), sheet.tallies()[index]});
            return 0;
        }
        std::fprintf(stderr, "no strategy for processes is called %s/%s\n", argv[3], argv[4]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "worker of %s/%s: %s\n", argv[3], argv[4], error.what());
    }
    return 3;
}

}  // namespace tally::bench
