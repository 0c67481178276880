// SPDX-License-Identifier: MIT
// tally-stress: every claim over every strategy, as test cases of Catch2 whose names are the
// claims. Catch2's command line, and a few flags of our own; see --help.
#define CATCH_CONFIG_RUNNER
#include "kit/catch2.hpp"
#include "kit/judge.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "claims/listing.hpp"
#include "kit/columns.hpp"
#include "kit/command_line.hpp"
#include "kit/exit_codes.hpp"
#include "kit/nearest.hpp"
#include "kit/output.hpp"
#include "machines/left_out.hpp"
#include "machines/native.hpp"
#include "stress/attack.hpp"
#include "stress/late_touch.hpp"
#include "stress/listed.hpp"
#include "stress/watchdog.hpp"

namespace {

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::stress;

#if __has_include(<catch2/catch_all.hpp>)
namespace clara = Catch::Clara;
#else
namespace clara = Catch::clara;
#endif

// What the test cases share; Catch2 gives them no argument.
struct running {
    catalogue all;
    effort how;
    std::unique_ptr<board> seen_by;
};
running& now() {
    static running the_run;
    return the_run;
}

std::string replay(const std::string& name) {
    return "replay: tally-stress \"" + name + "\" --seed " + std::to_string(now().how.seed) +
           (now().how.threads ? " --threads " + std::to_string(*now().how.threads) : "");
}

// --- Claims as test cases -----------------------------------------------------------------------

class claim_holds : public Catch::ITestInvoker {
public:
    claim_holds(const strategy& who, const claim_entry& claim) : who_(who), claim_(claim) {}

    void invoke() const override {
        const late_touch_watch watching(*now().seen_by);
        const outcome seen = attack(*now().seen_by, who_, claim_, now().how);
        if (!seen.held)
            FAIL(seen.how_broken << "\n"
                                 << replay(who_.name() + ": " + std::string(claim_.sentence)));
        SUCCEED();
    }

private:
    const strategy& who_;
    const claim_entry& claim_;
};

// A control that is not caught is a detector asleep.
class control_is_caught : public Catch::ITestInvoker {
public:
    control_is_caught(const strategy& who, const claim_entry& claim) : who_(who), claim_(claim) {}

    void invoke() const override {
        // Two threads on two CPUs must meet, and others may have a CPU just now.
        effort patient = now().how;
        patient.budget = std::max(patient.budget, std::chrono::milliseconds(2000));
        const outcome seen = attack(*now().seen_by, who_, claim_, patient);
        if (seen.held)
            FAIL("not caught in " << seen.attempts << " attempts\n"
                                  << replay(who_.name() + ": is caught when it breaks '" +
                                            std::string(claim_.sentence) + "'"));
        SUCCEED();
    }

private:
    const strategy& who_;
    const claim_entry& claim_;
};

template <class Test>
void enter_test(const strategy& who, const claim_entry& claim, const std::string& name,
                const std::string& tags) {
#if __has_include(<catch2/catch_all.hpp>)
    auto test = Catch::Detail::make_unique<Test>(who, claim);
#else
    auto* test = new Test(who, claim);
#endif
    // Says where the strategy's source is; the reporter shows it with a failure.
    const Catch::SourceLineInfo source(who.what.file.data(), 1);
    const Catch::AutoReg entered(std::move(test), source, Catch::StringRef(),
                                 Catch::NameAndTags{name, tags});
    (void)entered;
}

void enter_tests(const catalogue& all) {
    for (const strategy& who : all.strategies) {
        const std::string tags = "[" + std::string(who.what.family) + "][" +
                                 std::string(who.what.name) + "][" + std::string(who.waiting) + "]";
        for (const claim_entry& claim : who.claims) {
            const std::string sentence(claim.sentence);
            if (who.control)
                enter_test<control_is_caught>(
                    who, claim, who.name() + ": is caught when it breaks '" + sentence + "'",
                    tags + "[control]");
            else
                // Specimens are broken, and may hang: they run only when named, and are judged
                // from another process.
                enter_test<claim_holds>(who, claim, who.name() + ": " + sentence,
                                        who.specimen ? "[.specimen]" + tags : tags);
        }
    }
}

// --- The command line ---------------------------------------------------------------------------

struct flags {
    std::vector<std::string> strategies;
    std::optional<std::uint64_t> seed;
    std::chrono::milliseconds patience{20'000};
    std::uint64_t runs = 1;
    bool list_strategies = false;
    bool catalogue = false;
};

void add_our_flags(kit::command_line& line, flags& ours, effort& how) {
    line.option("--strategy,--lock", kit::texts(ours.strategies, "NAME"),
                "only this strategy: 'mcs' or 'mcs/park'");
    line.option("--seed", kit::number(ours.seed, 0, UINT64_MAX),
                "replay this seed (printed by every run)");
    line.option("--budget", kit::time(how.budget, 1ms, 1h), "time to spend on each claim");
    line.option("--patience", kit::time(ours.patience, 1s, 1h),
                "no step by any thread for this long counts as a hang");
    line.option("--threads", kit::number(how.threads, 1, 256),
                "how many threads, in every attempt");
    line.option("--runs", kit::number(ours.runs, 1, 1'000'000),
                "run this many times, each time with the next seed");
    line.flag("--catalogue", ours.catalogue, "what each strategy is and says of itself");
    line.flag("--list-strategies", ours.list_strategies,
              "list the strategies, and what must or cannot catch each specimen, as JSON");
}

// What Catch2 says of its own options.
std::string help_of(const clara::Parser& catch2) {
    std::ostringstream said;
    said << catch2;
    return "All other options and words are those of Catch2:\n" + kit::fit_columns(said.str());
}

// Catch2's own complaint about an unknown flag takes ten lines and names none that is near.
void check_flags(const clara::Parser& catch2, const kit::command_line& line,
                 const std::vector<std::string>& words) {
    std::vector<std::string> known;
    std::vector<std::string> valued;
    for (const auto& row : catch2.getHelpColumns()) {
        const std::string left(row.left);
        const bool takes_value = left.find('<') != std::string::npos;
        const std::string names = left.substr(0, left.find(" <"));
        for (std::size_t from = 0; from < names.size();) {
            const std::size_t to = std::min(names.find(", ", from), names.size());
            known.push_back(names.substr(from, to - from));
            if (takes_value) valued.push_back(known.back());
            from = to + 2;
        }
    }
    const auto is_in = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string& word = words[i];
        // To Catch2 it would be every claim; it is a script's empty variable.
        if (word.empty())
            throw kit::bad_input("the name of a claim is empty (--list-tests lists all claims)");
        if (word.size() < 2 || word[0] != '-') continue;
        const std::string flag = word.substr(0, word.find_first_of("=:"));
        if (!is_in(known, flag)) {
            std::vector<std::string> candidates;
            for (const auto& name : known)
                if (name.rfind("--", 0) == 0) candidates.push_back(name);
            throw line.unknown_flag(flag, candidates);
        }
        if (flag == word && is_in(valued, flag)) {
            if (i + 1 == words.size())
                throw kit::bad_input(flag + " needs a value, and none follows");
            // Catch2 would say so in five lines.
            const std::string& value = words[i + 1];
            if (value.empty() || value[0] == '-')
                throw kit::bad_input(flag + " needs a value, got '" + value + "'");
            ++i;
        }
    }
}

std::vector<std::string> names_of(const catalogue& all) {
    std::vector<std::string> names;
    for (const strategy& who : all.strategies) {
        names.emplace_back(who.what.name);
        names.push_back(who.name());
    }
    return names;
}

std::string unknown_strategy(const std::string& typed) {
    for (const auto& absent : left_out())
        if (absent.name == typed)
            return "'" + typed + "' was left out of this build: " + std::string(absent.reason);
    const std::string bare = typed.substr(0, typed.find('/'));
    return "there is no strategy '" + typed + "'; near it: " +
           kit::nearest(typed.find('/') == std::string::npos ? bare : typed, names_of(now().all)) +
           " (--list-strategies lists all)";
}

// --strategy NAME becomes the filter that Catch2 knows.
void apply_strategies(const std::vector<std::string>& wanted, std::vector<std::string>& filters) {
    const auto names = names_of(now().all);
    std::string any;  // a comma is "or", and a filter of its own would be "and"
    for (const std::string& lock : wanted) {
        if (std::find(names.begin(), names.end(), lock) == names.end())
            throw kit::bad_input(unknown_strategy(lock));
        any +=
            (any.empty() ? "" : ",") + lock + (lock.find('/') == std::string::npos ? "/*" : ": *");
    }
    if (!any.empty()) filters.push_back(any);
}

void check_filters(const Catch::Config& config, const std::vector<std::string>& filters) {
    const auto& tests = Catch::getAllTestCasesSorted(config);
    for (const std::string& filter : filters) {
        const auto spec =
            Catch::TestSpecParser(Catch::ITagAliasRegistry::get()).parse(filter).testSpec();
        if (!Catch::filterTests(tests, spec, config).empty()) continue;
        const std::string typed = filter.substr(0, filter.find_first_of(":*["));
        throw kit::bad_input("no claim matches '" + filter + "'; nearest strategies: " +
                             kit::nearest(typed.substr(0, typed.find('/')), names_of(now().all)) +
                             " (--list-tests lists all claims)");
    }
}

void list_strategies(const catalogue& all) {
    std::vector<listed> list;
    for (const strategy& who : all.strategies) {
        listed one{.name = std::string(who.what.name),
                   .waiting = std::string(who.waiting),
                   .file = std::string(who.what.file),
                   .claims = who.claims.size(),
                   .control = who.control,
                   .specimen = {}};
        if (who.specimen)
            one.specimen = {.breaks = who.specimen->breaks,
                            .caught_by = who.specimen->caught_by,
                            .missed_by = who.specimen->missed_by,
                            .why_missed = std::string(who.specimen->why_missed),
                            .when_parked_only = who.specimen->when_parked_only};
        list.push_back(std::move(one));
    }
    kit::print(to_json(list));
}

int run_all(Catch::Session& session, std::uint64_t runs) {
    int failed = 0;
    for (std::uint64_t run = 1; run <= runs; ++run) {
        if (runs > 1)
            std::printf("run %llu of %llu, seed %llu\n", static_cast<unsigned long long>(run),
                        static_cast<unsigned long long>(runs),
                        static_cast<unsigned long long>(now().how.seed));
        std::fflush(stdout);
        if (session.run() != 0) ++failed;
        ++now().how.seed;
    }
    if (runs > 1)
        std::printf("%llu runs, %d with a failure\n", static_cast<unsigned long long>(runs),
                    failed);
    return failed == 0 ? 0 : kit::exit_refuted;
}

int program(int argc, char** argv) {
    fill(now().all);
    enter_tests(now().all);

    flags ours;
    effort& how = now().how;
    std::vector<std::string> words;  // Catch2's
    Catch::Session session;
    kit::command_line line("tally-stress", "Every claim over every strategy, on real threads.");
    add_our_flags(line, ours, how);
    line.end_with(help_of(session.cli()));
    line.pass_on(words);
    if (!line.parse(argc, argv)) return 0;
    check_flags(session.cli(), line, words);
    std::vector<const char*> pointers{argv[0]};
    for (const auto& word : words)
        pointers.push_back(word.c_str());
    if (session.applyCommandLine(static_cast<int>(pointers.size()), pointers.data()) != 0)
        return kit::exit_bad_input;
    auto& config = session.configData();
    if (config.showHelp) return 0;
    if (ours.list_strategies) {
        list_strategies(now().all);
        return 0;
    }
    if (ours.catalogue) {
        std::vector<listed_subject> all;
        for (const strategy& who : now().all.strategies)
            all.push_back({who.what, who.is});
        kit::print(listing(all));
        return 0;
    }

    how.seed = ours.seed ? *ours.seed : std::random_device{}();
    apply_strategies(ours.strategies, config.testsOrTags);
    check_filters(session.config(), config.testsOrTags);

#if __has_include(<catch2/catch_all.hpp>)
    const bool only_lists =
        config.listTests || config.listTags || config.listReporters || config.listListeners;
#else
    // Catch2 2 returns how many it listed, and its test discovery wants to see that.
    if (config.listTestNamesOnly || config.listReporters) return session.run();
    const bool only_lists = config.listTests || config.listTags;
#endif
    if (only_lists) {
        session.run();
        return 0;
    }

    std::printf("seed %llu (--seed replays it)\n", static_cast<unsigned long long>(how.seed));
    for (const auto& absent : left_out())
        std::printf("left out: %s: %s\n", std::string(absent.name).c_str(),
                    std::string(absent.reason).c_str());
    std::fflush(stdout);
    expect_threads(most_threads(how));
    now().seen_by = std::make_unique<board>(most_threads(how));
    const watchdog watching(*now().seen_by, ours.patience);
    return run_all(session, ours.runs);
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_judged("tally-stress", program, argc, argv);
}
