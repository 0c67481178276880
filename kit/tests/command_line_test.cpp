// SPDX-License-Identifier: MIT
#include "kit/command_line.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "kit/catch2.hpp"
#include "kit/columns.hpp"

using namespace std::chrono_literals;
using namespace tally::kit;

namespace {

// A line with one of each, and what came of it.
struct example {
    std::vector<std::string> strategies;
    std::vector<std::string> words;
    std::chrono::milliseconds patience{20'000};
    unsigned threads = 5;
    std::optional<std::uint64_t> seed;
    double tolerance = 15;
    bool quick = false;
    std::string before;
    bool compared = false;
    std::vector<std::string> unknown;
    std::string complaint;  // of bad input

    explicit example(std::vector<std::string> typed, bool passes_on = false) {
        command_line line("program", "An example.");
        line.option("--strategy,--lock", texts(strategies, "NAME"), "who");
        line.option("--patience", time(patience, 1s, 1min), "a hang");
        line.option("--threads", number(threads, 1, 64), "how many");
        line.option("--seed", number(seed, 0, UINT64_MAX), "to replay");
        line.option("--tolerance", number(tolerance, 0, 99, "PERCENT"), "of drift");
        line.flag("--quick", quick, "less");
        if (!passes_on) line.optional_word("words", texts(words, "NAME"), "any");
        auto& verb = line.verb("compare", "two");
        verb.word("before", text(before), "the first");
        if (passes_on) line.pass_on(unknown);
        typed.insert(typed.begin(), "program");
        std::vector<char*> pointers;
        for (auto& each : typed)
            pointers.push_back(each.data());
        try {
            if (!line.parse(static_cast<int>(pointers.size()), pointers.data()))
                complaint = "there is nothing to do";
            compared = verb.chosen();
        } catch (const bad_input& wrong) {
            complaint = wrong.what();
        }
    }
};

}  // namespace

TEST_CASE("times are read with their unit and written in the largest that fits") {
    CHECK(read_duration("50ms") == 50ms);
    CHECK(read_duration("1.5s") == 1500ms);
    CHECK(read_duration("100us") == 100us);
    CHECK(read_duration("25m") == 25min);
    for (const auto* bad :
         {"", "5", "ms", "-1ms", "5min", "nan", "infs", "1e300s", "5 ms", "0x5ms"})
        CHECK_FALSE(read_duration(bad).has_value());
    CHECK(to_text(0ns) == "0ns");
    CHECK(to_text(100ns) == "100ns");
    CHECK(to_text(1us) == "1us");
    CHECK(to_text(1500us) == "1500us");
    CHECK(to_text(2s) == "2s");
}

TEST_CASE("what is typed goes where it belongs and the rest stays as it was") {
    const example nothing({});
    CHECK(nothing.complaint.empty());
    CHECK(nothing.patience == 20s);
    CHECK(nothing.threads == 5);
    CHECK_FALSE(nothing.seed.has_value());
    const example all({"one", "--strategy", "mcs", "two", "--lock=ttas", "--patience", "1.5s",
                       "--threads=8", "--seed", "18446744073709551615", "--tolerance", "2.5",
                       "--quick"});
    CHECK(all.complaint == "");
    CHECK(all.strategies == std::vector<std::string>{"mcs", "ttas"});
    CHECK(all.words == std::vector<std::string>{"one", "two"});
    CHECK(all.patience == 1500ms);
    CHECK(all.threads == 8);
    CHECK(all.seed == UINT64_MAX);
    CHECK(all.tolerance == 2.5);
    CHECK(all.quick);
}

TEST_CASE("what is not known is passed on in its order where that was asked for") {
    const example passed({"--quick", "-r", "xml", "--abort", "[mcs]: *", "--strategy", "mcs"},
                         true);
    CHECK(passed.complaint == "");
    CHECK(passed.unknown == std::vector<std::string>{"-r", "xml", "--abort", "[mcs]: *"});
    CHECK(passed.strategies == std::vector<std::string>{"mcs"});
}

TEST_CASE("a verb has its own words") {
    const example verb({"--quick", "compare", "run"});
    CHECK(verb.complaint.empty());
    CHECK(verb.compared);
    CHECK(verb.before == "run");
    CHECK(example({"compare"}).complaint == "'before' is missing; see program compare --help");
    CHECK(example({"compare", "a", "b"}).complaint ==
          "'b' is not expected here; see program compare --help");
    CHECK(example({"--patience", "0s", "compare"}).complaint ==
          "--patience needs a time from 1s to 60s, got '0s'");
}

TEST_CASE("bad input is named with what would be right") {
    for (const auto& [typed, complaint] : {
             std::pair{std::vector<std::string>{"--thread", "2"},
                       "unknown flag '--thread': did you mean --threads?"},
             std::pair{std::vector<std::string>{"--threads", "-1"},
                       "--threads needs a whole number from 1 to 64, got '-1'"},
             std::pair{std::vector<std::string>{"--threads", "65"},
                       "--threads needs a whole number from 1 to 64, got '65'"},
             std::pair{std::vector<std::string>{"--seed", "1x"},
                       "--seed needs a whole number from 0 on, got '1x'"},
             std::pair{std::vector<std::string>{"--tolerance", "nan"},
                       "--tolerance needs a number from 0 to 99, got 'nan'"},
             std::pair{std::vector<std::string>{"--patience", "20"},
                       "--patience needs a length of time, as 500ms, 10s or 2m, got '20'"},
             std::pair{std::vector<std::string>{"--patience", "500ms"},
                       "--patience needs a time from 1s to 60s, got '500ms'"},
             std::pair{std::vector<std::string>{"--patience", ""},
                       "--patience: its value is empty"},
             std::pair{std::vector<std::string>{"--patience"},
                       "--patience needs a value, and none follows"},
             std::pair{std::vector<std::string>{"--patience=", "--quick"},
                       "--patience=: no value follows"},
             std::pair{std::vector<std::string>{"--patience", "2s", "--patience", "3s"},
                       "--patience is given more than once"},
             std::pair{std::vector<std::string>{""}, "words: its value is empty"},
         })
        CHECK(example(typed).complaint == complaint);
}

TEST_CASE("a line that is too long is broken between words and goes on below its text") {
    CHECK(fit_columns("one two three", 8) == "one two\nthree\n");
    CHECK(fit_columns("  a  one two three", 12) == "  a  one two\n     three\n");
    CHECK(fit_columns("  one two three", 9) == "  one two\n  three\n");
    CHECK(fit_columns("unbreakable", 4) == "unbreakable\n");
}
