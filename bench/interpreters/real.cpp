// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sched.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <system_error>

#include "bench/interpreters/programs.hpp"
#include "bench/interpreters/responses.hpp"
#include "bench/interpreters/subject.hpp"
#include "kit/child.hpp"
#include "kit/talk.hpp"

namespace tally::interpreters {

namespace {

// The CPUs that this process may use: their numbers, in order. Empty where the system does not say.
std::vector<unsigned> usable_cpus() {
    std::vector<unsigned> numbers;
#if defined(__linux__)
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof(mine), &mine) == 0)
        for (unsigned cpu = 0; cpu != CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &mine)) numbers.push_back(cpu);
#endif
    return numbers;
}

// As counter.py takes it.
std::string cpus_for(placement where) {
    if (where == placement::anywhere) return "any";
    std::string text;
    for (const unsigned cpu : usable_cpus()) {
        text += (text.empty() ? "" : ",") + std::to_string(cpu);
        if (where == placement::together) break;
    }
    return text;
}

class real_subject final : public subject {
public:
    real_subject(const installed& which, unsigned limit_s)
        : subject(which.name), which_(which), limit_(limit_s) {}

    std::vector<counted> run_in_turn(const task& what) override {
        std::string teams;
        for (const unsigned threads : what.threads)
            teams += (teams.empty() ? "" : ",") + std::to_string(threads);
        kit::child_result said;
        std::string error;
        try {
            said = kit::run_child({which_.path, "-c", programs::counter, std::string(what.program),
                                   teams, std::to_string(what.increments),
                                   what.shortest ? "shortest" : "default", cpus_for(what.where)},
                                  {.limit = limit_, .errors_apart = true});
        } catch (const std::system_error&) {
            error = which_.path + " cannot be started";
        }
        std::vector<counted> results;
        std::istringstream lines(said.output);
        for (std::string line; results.size() != what.threads.size() && std::getline(lines, line);)
            if (auto one = answer_in(line)) results.push_back(std::move(*one));
        if (error.empty() && said.timed_out)
            error = "not finished after " + std::to_string(limit_.count()) + " s";
        else if (error.empty() && said.status() != 0)
            error = said.errors.empty() ? "ended with " + std::to_string(said.status())
                                        : kit::last_line(said.errors);
        else if (error.empty() && results.size() != what.threads.size())
            error = "its answer is not what counter.py prints";
        if (!error.empty()) {
            if (results.size() == what.threads.size()) results.pop_back();
            results.push_back({.error = error});
        }
        return results;
    }

    responses respond(unsigned computing, std::uint64_t interval, unsigned questions) override {
        responses result;
        std::optional<kit::talk> with;
        try {
            with.emplace(std::vector<std::string>{
                which_.path, "-c", programs::answer, std::to_string(computing),
                std::to_string(static_cast<double>(interval) / 1e9)});
        } catch (const std::system_error&) {
        }
        char byte = 0;
        pollfd ready{with ? with->from() : -1, POLLIN, 0};
        if (!with || poll(&ready, 1, 30'000) != 1 || read(with->from(), &byte, 1) != 1) {
            result.error = which_.path + " did not start to answer";
            return result;
        }
        result.waits = ask({.to = with->to(),
                            .from = with->from(),
                            .questions = questions,
                            .rest = std::max<std::uint64_t>(interval + interval / 2, 1'000'000)});
        if (result.waits.size() != questions) result.error = "stopped answering";
        return result;
    }

    bool mix(unsigned, std::uint64_t, std::uint64_t, counted&) override { return false; }

    fate of(std::string_view program) const override {
        if (program == "locked" || program == "compute") return fate::exact;
        // Without a global lock, and in interpreters that we know nothing of.
        if (!which_.gil || !which_.is_cpython()) return fate::may_lose;
        if (which_.major == 3 && which_.minor >= 10 && program == "plain") return fate::exact;
        return fate::may_lose;
    }

    bool has_interval() const override { return which_.major == 3 && which_.gil; }
    bool can_be_placed() const override { return which_.is_cpython() && !usable_cpus().empty(); }
    bool is_model() const override { return false; }

private:
    // A line of what counter.py prints; nothing if it is none.
    static std::optional<counted> answer_in(const std::string& line) {
        const auto answer = nlohmann::json::parse(line, nullptr, false);
        if (!answer.is_object() || !answer.contains("number") || !answer.contains("seconds"))
            return std::nullopt;
        return counted{.number = answer["number"],
                       .nanoseconds = answer["seconds"].get<double>() * 1e9,
                       .cpu_nanoseconds = answer.value("cpu_seconds", 0.0) * 1e9,
                       .switches = answer.value("switches", -1.0)};
    }

    installed which_;
    std::chrono::seconds limit_;
};

}  // namespace

std::unique_ptr<subject> real(const installed& which, unsigned limit_s) {
    return std::make_unique<real_subject>(which, limit_s);
}

}  // namespace tally::interpreters
