// SPDX-License-Identifier: MIT
// The command line of every program. An option is one line:
//
//   kit::command_line line("tally-race", "Threads that add one to the same number.");
//   line.option("--threads", kit::number(with.threads, 1U, 1024U), "how many threads");
//   line.option("--patience", kit::time(with.patience, 1s, 1h), "no step for this long is a hang");
//   if (!line.parse(argc, argv)) return 0;
//
// What a variable holds before is the default, and --help says it. Names, and what they mean, are
// those of docs/options.md. What is wrong is thrown as bad_input.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kit/bad_input.hpp"
#include "kit/duration.hpp"

namespace tally::kit {

// --- What an option, or a word, takes -----------------------------------------------------------

struct value {
    std::string word;     // how --help calls it
    std::string initial;  // what it is if nothing is typed; empty: --help says nothing of it
    bool repeats = false;
    // Puts what was typed behind `name` where it belongs. Throws bad_input.
    std::function<void(const std::string& name, const std::string& typed)> take;
};

value text(std::string& into, std::string word = "TEXT");
value texts(std::vector<std::string>& into, std::string word);  // may be given more than once
value existing_file(std::string& into);
value existing_files(std::vector<std::string>& into);
value existing_folder(std::string& into);
value one_of(std::string& into, std::vector<std::string> known, std::string word);
value number(double& into, double least, double most, std::string word = "NUMBER");

// Throw bad_input, naming what they were typed behind.
std::uint64_t whole_number(const std::string& name, const std::string& typed, std::uint64_t least,
                           std::uint64_t most);
std::chrono::nanoseconds duration(const std::string& name, const std::string& typed,
                                  std::chrono::nanoseconds least, std::chrono::nanoseconds most);

// A whole number.
template <class Number>
    requires std::is_unsigned_v<Number> value number(Number& into,
                                                     std::type_identity_t<Number> least,
                                                     std::type_identity_t<Number> most) {
        return {"N", std::to_string(into), false,
                [&into, least, most](const std::string& name, const std::string& typed) {
                    into = static_cast<Number>(whole_number(name, typed, least, most));
                }};
    }
template <class Number>
value number(std::optional<Number>& into, std::type_identity_t<Number> least,
             std::type_identity_t<Number> most) {
    return {"N", into ? std::to_string(*into) : "", false,
            [&into, least, most](const std::string& name, const std::string& typed) {
                into = static_cast<Number>(whole_number(name, typed, least, most));
            }};
}

// A length of time with its unit: 500ms, 10s, 2m. `Unit` is what is kept of it.
template <class Unit>
value time(Unit& into, std::chrono::nanoseconds least, std::chrono::nanoseconds most) {
    return {"TIME", to_text(into), false,
            [&into, least, most](const std::string& name, const std::string& typed) {
                into = std::chrono::ceil<Unit>(duration(name, typed, least, most));
            }};
}

// --- The line -----------------------------------------------------------------------------------

class command_line {
public:
    command_line(std::string program, std::string about);
    ~command_line();
    command_line(const command_line&) = delete;
    command_line& operator=(const command_line&) = delete;

    // `names`: "--strategy", or "--strategy,--lock", of which only the first is shown.
    void flag(const std::string& names, bool& given, std::string meaning);
    void option(const std::string& names, value takes, std::string meaning);
    // As option(), and --help does not say it: an old spelling of another one.
    void hidden_option(const std::string& names, value takes);
    // As option(), and it has to be there.
    void needed(const std::string& names, value takes, std::string meaning);

    // What is told by its place. A value that repeats takes all words that are left.
    void word(const std::string& name, value takes, std::string meaning);
    void optional_word(const std::string& name, value takes, std::string meaning);

    // A verb with options of its own. There may be one in a line, and it is the program's to say
    // whether there must: see need_verb().
    command_line& verb(const std::string& name, std::string about);
    void need_verb();

    // What no option is called goes there, in its order, and is no error.
    void pass_on(std::vector<std::string>& unknown);
    // Below the options in --help.
    void end_with(std::string text);

    // False: --help or --version was asked for and answered, and there is nothing to do. Throws
    // bad_input.
    bool parse(int argc, char** argv);

    // After parse(): whether this verb, or this option of the line itself, was typed.
    bool chosen() const;
    bool given(std::string_view name) const;

    // "unknown flag '--foo': did you mean --for?", of `typed` and the flags here and in `others`.
    bad_input unknown_flag(const std::string& typed,
                           const std::vector<std::string>& others = {}) const;
    std::string help() const;

private:
    struct inside;
    std::unique_ptr<inside> inside_;
};

}  // namespace tally::kit
