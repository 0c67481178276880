#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "bench/interpreters/process.hpp"
#include "bench/interpreters/programs.hpp"
#include "bench/interpreters/responses.hpp"
#include "bench/interpreters/subject.hpp"

namespace tally::interpreters {

namespace {

class real_subject final : public subject {
public:
    real_subject(const installed& which, unsigned limit_s)
        : subject(which.name), which_(which), limit_(limit_s) {}

    counted count(std::string_view program, unsigned threads, std::uint64_t increments,
                  bool shortest) override {
        const outcome said = run(
            {which_.path, "-c", programs::counter, std::string(program), std::to_string(threads),
             std::to_string(increments), shortest ? "shortest" : "default"},
            limit_);
        counted result;
        if (!said.started)
            result.error = which_.path + " cannot be started";
        else if (said.timed_out)
            result.error = "not finished after " + std::to_string(limit_.count()) + " s";
        else if (said.status != 0)
            result.error =
                said.errors.empty() ? "ended with " + std::to_string(said.status) : said.errors;
        if (!result.error.empty()) return result;
        const auto answer = nlohmann::json::parse(said.output, nullptr, false);
        if (!answer.is_object() || !answer.contains("number") || !answer.contains("seconds")) {
            result.error = "its answer is not what counter.py prints";
            return result;
        }
        result.number = answer["number"];
        result.nanoseconds = answer["seconds"].get<double>() * 1e9;
        result.cpu_nanoseconds = answer.value("cpu_seconds", 0.0) * 1e9;
        return result;
    }

    responses respond(unsigned computing, std::uint64_t interval, unsigned questions) override {
        const conversation talk({which_.path, "-c", programs::answer, std::to_string(computing),
                                 std::to_string(static_cast<double>(interval) / 1e9)});
        responses result;
        char byte = 0;
        pollfd ready{talk.from(), POLLIN, 0};
        if (!talk.started() || poll(&ready, 1, 30'000) != 1 || read(talk.from(), &byte, 1) != 1) {
            result.error = which_.path + " did not start to answer";
            return result;
        }
        result.waits = ask({.to = talk.to(),
                            .from = talk.from(),
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
    bool is_model() const override { return false; }

private:
    installed which_;
    std::chrono::seconds limit_;
};

}  // namespace

std::unique_ptr<subject> real(const installed& which, unsigned limit_s) {
    return std::make_unique<real_subject>(which, limit_s);
}

}  // namespace tally::interpreters
