// tally-race: the classic program. A few threads add one to the same number, ten thousand times
// each, with nothing around it, and the number comes out too small. With --lock it is exact.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "cmake/cli11.hpp"
#include "kit/program.hpp"
#include "machines/left_out.hpp"
#include "machines/nearest.hpp"
#include "stress/catalogue.hpp"
#include "stress/exit_codes.hpp"
#include "stress/line_up.hpp"
#include "stress/race/distribution.hpp"

namespace {

using namespace tally;
using namespace tally::stress;

struct options {
    unsigned threads = 5;
    std::uint64_t increments = 10'000;
    unsigned runs = 1;
    std::string lock;
};

class told : public classic {
public:
    told(const options& from, bool aloud) : classic(from.threads, from.increments), aloud_(aloud) {}

    void start(unsigned thread) noexcept override {
        if (aloud_) std::printf("thread %u starts\n", thread + 1);
        line_.line_up(threads);
    }
    void end(unsigned thread) noexcept override {
        if (aloud_) std::printf("thread %u ends\n", thread + 1);
    }

private:
    const bool aloud_;
    starting_line line_;
};

// "mcs/park" is what it says; "mcs" parks if it can, since the threads are more than the CPUs of
// many machines.
const strategy& find(const catalogue& all, const std::string& typed) {
    const strategy* found = nullptr;
    std::vector<std::string> names;
    for (const strategy& each : all.strategies) {
        names.emplace_back(each.what.name);
        names.push_back(each.name());
        if (each.name() == typed) return each;
        if (each.what.name == typed && (found == nullptr || each.waiting == "park")) found = &each;
    }
    if (found != nullptr) return *found;
    for (const auto& absent : left_out())
        if (absent.name == typed)
            throw CLI::ValidationError("--lock: '" + typed + "' was left out of this build: " +
                                       std::string(absent.reason));
    throw CLI::ValidationError("--lock: there is no '" + typed +
                               "'; near it: " + nearest(typed, names));
}

const char* why =
    "Why: n += 1 is a load, an addition and a store; a thread that loads before\n"
    "another has stored adds to the old number, and one of the two updates is lost.\n";

int run(const options& with, const strategy& who, bool protected_by_it) {
    const std::uint64_t expected = with.threads * with.increments;
    std::printf("%u thread%s 1 to one number, %llu times%s, %s%s\n", with.threads,
                with.threads == 1 ? " adds" : "s add",
                static_cast<unsigned long long>(with.increments), with.threads == 1 ? "" : " each",
                protected_by_it ? "protected by " : "with no lock",
                protected_by_it ? who.name().c_str() : "");
    std::vector<std::uint64_t> finals;
    std::uint64_t lost = 0;
    for (unsigned run = 0; run != with.runs; ++run) {
        told program(with, with.runs == 1);
        finals.push_back(who.run_classic(program));
        lost += expected - finals.back();
    }
    if (with.runs == 1) {
        std::printf("final number: %llu of %llu; updates lost: %llu\n",
                    static_cast<unsigned long long>(finals[0]),
                    static_cast<unsigned long long>(expected),
                    static_cast<unsigned long long>(lost));
    } else {
        const auto wrong = std::count_if(finals.begin(), finals.end(),
                                         [&](auto each) { return each != expected; });
        std::printf("the final number over %u runs (right: %llu):\n%s", with.runs,
                    static_cast<unsigned long long>(expected),
                    distribution(finals, expected).c_str());
        std::printf("runs that lost updates: %lld of %u; updates lost: %llu\n",
                    static_cast<long long>(wrong), with.runs,
                    static_cast<unsigned long long>(lost));
    }
    // No claim is made of it: the cost floor, whose count is not checked anywhere.
    if (who.claims.empty()) {
        std::printf("%s counts nothing: it shows what the loop itself costs.\n",
                    std::string(who.what.name).c_str());
        return 0;
    }
    if (lost != 0) {
        std::printf("%s", why);
    } else if (protected_by_it) {
        std::printf("Nothing is lost: between one thread's load and its store no other gets in.\n");
    } else if (with.threads == 1) {
        std::printf("Nothing is lost: there is no other thread to come in between.\n");
    } else {
        std::printf(
            "Nothing was lost this time. That is luck: the program is wrong all the same.\n");
    }
    const bool may_lose = who.control || who.specimen.has_value();
    return lost != 0 && !may_lose ? exit_refuted : 0;
}

int program(int argc, char** argv) {
    // Threads print as they go: a line at a time, wherever the output goes.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    catalogue all;
    fill(all);
    options with;
    CLI::App app(
        "The classic race: threads that add one to the same number, with or without a lock.",
        "tally-race");
    app.add_option("--lock", with.lock, "protect the number: 'mcs', or 'mcs/spin', 'mcs/yield' ...")
        ->type_name("NAME");
    app.add_option("--threads", with.threads, "how many (default 5)")
        ->check(CLI::Range(1, 1024))
        ->type_name("N");
    app.add_option("--increments", with.increments, "per thread (default 10000)")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
        ->type_name("N");
    app.add_option("--runs", with.runs, "run so often, and show how the final number came out")
        ->check(CLI::Range(1, 1'000'000))
        ->type_name("N");
    try {
        app.parse(argc, argv);
        // An empty name is not "no lock": it is a script's empty variable.
        const bool protected_by_it = app.count("--lock") != 0;
        return run(with, find(all, protected_by_it ? with.lock : "racy"), protected_by_it);
    } catch (const CLI::CallForHelp&) {
        std::printf("%s", help_text(app).c_str());
        return 0;
    } catch (const CLI::ExtrasError&) {
        std::fprintf(stderr, "tally-race: %s\n", unknown_word(app).c_str());
    } catch (const CLI::Error& wrong) {
        std::fprintf(stderr, "tally-race: %s\n", wrong.what());
    } catch (const std::exception& failed) {
        std::fprintf(stderr, "tally-race: %s\n", failed.what());
        return exit_refuted;
    }
    return exit_bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-race", program, argc, argv);
}
