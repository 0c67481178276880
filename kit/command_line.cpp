// SPDX-License-Identifier: MIT
#include "kit/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <utility>

#include "kit/columns.hpp"
#include "kit/nearest.hpp"
#include "kit/output.hpp"
#include "kit/version.hpp"

namespace tally::kit {

namespace fs = std::filesystem;

// --- Values -------------------------------------------------------------------------------------

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words)
        all += (all.empty() ? "" : ", ") + word;
    return all;
}

void expect_file(const std::string& name, const std::string& typed) {
    std::error_code error;
    if (!fs::exists(typed, error)) throw bad_input(name + ": there is no file '" + typed + "'");
    if (fs::is_directory(typed, error))
        throw bad_input(name + " needs a file, and '" + typed + "' is a folder");
}

// A number in as few digits as tell it.
std::string shortest(double number) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    return {digits, end};
}

}  // namespace

value text(std::string& into, std::string word) {
    return {std::move(word), into, false,
            [&into](const std::string&, const std::string& typed) { into = typed; }};
}

value texts(std::vector<std::string>& into, std::string word) {
    return {std::move(word), joined(into), true,
            [&into](const std::string&, const std::string& typed) { into.push_back(typed); }};
}

value existing_file(std::string& into) {
    return {"FILE", into, false, [&into](const std::string& name, const std::string& typed) {
                expect_file(name, typed);
                into = typed;
            }};
}

value existing_files(std::vector<std::string>& into) {
    return {"FILE", "", true, [&into](const std::string& name, const std::string& typed) {
                expect_file(name, typed);
                into.push_back(typed);
            }};
}

value existing_folder(std::string& into) {
    return {"FOLDER", into, false, [&into](const std::string& name, const std::string& typed) {
                std::error_code error;
                if (!fs::is_directory(typed, error))
                    throw bad_input(name + ": there is no folder '" + typed + "'");
                into = typed;
            }};
}

value one_of(std::string& into, std::vector<std::string> known, std::string word) {
    return {
        std::move(word), into, false,
        [&into, known = std::move(known)](const std::string& name, const std::string& typed) {
            if (std::find(known.begin(), known.end(), typed) == known.end())
                throw bad_input(name + " needs one of " + joined(known) + ", got '" + typed + "'");
            into = typed;
        }};
}

value number(double& into, double least, double most, std::string word) {
    return {std::move(word), shortest(into), false,
            [&into, least, most](const std::string& name, const std::string& typed) {
                double read = 0;
                const char* const last = typed.data() + typed.size();
                const auto [end, error] = std::from_chars(typed.data(), last, read);
                // Written so that what is no number fails, too.
                if (error != std::errc{} || end != last || !(read >= least && read <= most))
                    throw bad_input(name + " needs a number from " + shortest(least) + " to " +
                                    shortest(most) + ", got '" + typed + "'");
                into = read;
            }};
}

std::uint64_t whole_number(const std::string& name, const std::string& typed, std::uint64_t least,
                           std::uint64_t most) {
    std::uint64_t read = 0;
    const char* const last = typed.data() + typed.size();
    const auto [end, error] = std::from_chars(typed.data(), last, read);
    if (error == std::errc{} && end == last && read >= least && read <= most) return read;
    const std::string range = most == UINT64_MAX
                                  ? std::to_string(least) + " on"
                                  : std::to_string(least) + " to " + std::to_string(most);
    throw bad_input(name + " needs a whole number from " + range + ", got '" + typed + "'");
}

std::chrono::nanoseconds duration(const std::string& name, const std::string& typed,
                                  std::chrono::nanoseconds least, std::chrono::nanoseconds most) {
    const auto read = read_duration(typed);
    if (!read)
        throw bad_input(name + " needs a length of time, as 500ms, 10s or 2m, got '" + typed + "'");
    if (*read < least || *read > most)
        throw bad_input(name + " needs a time from " + to_text(least) + " to " + to_text(most) +
                        ", got '" + typed + "'");
    return *read;
}

// --- The line -----------------------------------------------------------------------------------

namespace {

struct entry {
    std::string shown;               // the first of its names
    std::vector<std::string> names;  // empty: it is told by its place
    value takes;
    bool* given = nullptr;  // of a flag
    bool needed = false;
    std::string meaning;
    CLI::Option* parsed = nullptr;
};

std::vector<std::string> split(const std::string& names) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= names.size();) {
        const std::size_t to = std::min(names.find(',', from), names.size());
        parts.push_back(names.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

// A name and what it means, in two columns.
void add_row(std::string& help, std::string left, const std::string& right) {
    constexpr std::size_t column = 26;
    left = "  " + left;
    if (left.size() + 2 > column) {
        help += left + '\n';
        left.clear();
    }
    left.resize(std::max(left.size(), column), ' ');
    // Without a word on the left the second column is where the line begins.
    help += fit_columns(left + right);
}

}  // namespace

constexpr int most_words = 1 << 20;  // of one kind

struct command_line::inside {
    std::string program;
    std::string name;  // of a verb
    std::string about;
    std::string end;
    std::vector<entry> options;
    std::vector<entry> words;
    std::vector<std::unique_ptr<command_line>> verbs;
    bool needs_verb = false;
    std::vector<std::string>* unknown = nullptr;
    CLI::App* parsed = nullptr;  // while the parser lives, which is as long as the line
    std::unique_ptr<CLI::App> parser;

    std::string see_help() const {
        return "; see " + program + (name.empty() ? "" : " " + name) + " --help";
    }
    void enter(CLI::App& app);
    void take(const entry& one) const;
    void take_all() const;
    std::string usage() const;
};

// Everything is taken as text: what it means is decided here, and in one voice.
void command_line::inside::enter(CLI::App& app) {
    parsed = &app;
    app.set_help_flag();
    app.allow_extras();
    app.add_flag("-h,--help");
    if (name.empty()) app.add_flag("--version");
    for (auto& one : options) {
        std::string names;
        for (const auto& each : one.names)
            names += (names.empty() ? "" : ",") + each;
        if (one.given != nullptr) {
            one.parsed = app.add_flag(names);
        } else {
            one.parsed = app.add_option(names);
            one.parsed->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        }
    }
    for (auto& one : words) {
        // A name that no option has: the parser would take "strategy" for "--strategy".
        one.parsed = app.add_option("word" + std::to_string(&one - words.data()));
        if (one.takes.repeats)
            one.parsed->expected(1, most_words)
                ->allow_extra_args()
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
    for (const auto& verb : verbs)
        verb->inside_->enter(*app.add_subcommand(verb->inside_->name));
    app.require_subcommand(0, 1);
}

void command_line::inside::take(const entry& one) const {
    if (one.given != nullptr) {
        if (one.parsed->count() != 0) *one.given = one.parsed->as<bool>();
        return;
    }
    const auto typed = one.parsed->results();
    // A shell makes one of a variable that is not set (--store "$UNSET"), and nobody means it.
    for (const auto& each : typed)
        if (each.empty()) throw bad_input(one.shown + ": its value is empty");
    if (typed.size() > 1 && !one.takes.repeats)
        throw bad_input(one.shown + " is given more than once");
    for (const auto& each : typed)
        one.takes.take(one.shown, each);
}

// What is typed wrong is said before what is missing: that may be missing because of it.
void command_line::inside::take_all() const {
    for (const auto* entries : {&words, &options})
        for (const auto& one : *entries)
            take(one);
    for (const auto* entries : {&words, &options})
        for (const auto& one : *entries)
            if (one.needed && one.parsed->count() == 0)
                throw bad_input((one.names.empty() ? "'" + one.shown + "'" : one.shown) +
                                " is missing" + see_help());
}

std::string command_line::inside::usage() const {
    std::string line = "Usage: " + program + (name.empty() ? "" : " " + name) + " [options]";
    for (const auto& one : words) {
        const std::string shown = one.shown + (one.takes.repeats ? "..." : "");
        line += one.needed ? " " + shown : " [" + shown + "]";
    }
    if (!verbs.empty()) line += needs_verb ? " verb" : " [verb]";
    return line + '\n';
}

command_line::command_line(std::string program, std::string about)
    : inside_(std::make_unique<inside>()) {
    inside_->program = std::move(program);
    inside_->about = std::move(about);
}

command_line::~command_line() = default;

void command_line::flag(const std::string& names, bool& given, std::string meaning) {
    auto all = split(names);
    inside_->options.push_back({all.front(), all, {}, &given, false, std::move(meaning)});
}

void command_line::option(const std::string& names, value takes, std::string meaning) {
    auto all = split(names);
    inside_->options.push_back(
        {all.front(), all, std::move(takes), nullptr, false, std::move(meaning)});
}

void command_line::hidden_option(const std::string& names, value takes) {
    option(names, std::move(takes), "");
}

void command_line::needed(const std::string& names, value takes, std::string meaning) {
    option(names, std::move(takes), std::move(meaning));
    inside_->options.back().needed = true;
}

void command_line::word(const std::string& name, value takes, std::string meaning) {
    inside_->words.push_back({name, {}, std::move(takes), nullptr, true, std::move(meaning)});
}

void command_line::optional_word(const std::string& name, value takes, std::string meaning) {
    inside_->words.push_back({name, {}, std::move(takes), nullptr, false, std::move(meaning)});
}

command_line& command_line::verb(const std::string& name, std::string about) {
    auto& made = *inside_->verbs.emplace_back(
        std::make_unique<command_line>(inside_->program, std::move(about)));
    made.inside_->name = name;
    return made;
}

void command_line::need_verb() { inside_->needs_verb = true; }
void command_line::pass_on(std::vector<std::string>& unknown) { inside_->unknown = &unknown; }
void command_line::end_with(std::string text) { inside_->end = std::move(text); }

bool command_line::chosen() const {
    return inside_->parsed != nullptr && inside_->parsed->parsed();
}

bool command_line::given(std::string_view name) const {
    for (const auto& one : inside_->options)
        if (one.shown == name) return one.parsed != nullptr && one.parsed->count() != 0;
    return false;
}

bad_input command_line::unknown_flag(const std::string& typed,
                                     const std::vector<std::string>& others) const {
    std::vector<std::string> known{"--help"};
    for (const auto& one : inside_->options)
        known.push_back(one.shown);
    known.insert(known.end(), others.begin(), others.end());
    const std::string flag = typed.substr(0, typed.find('='));
    return bad_input("unknown flag '" + flag + "': did you mean " + nearest(flag, known) + "?");
}

bool command_line::parse(int argc, char** argv) {
    inside& self = *inside_;
    // "--threads= --quick" would take the next flag for the value.
    for (int i = 1; i < argc; ++i)
        if (const std::string_view word(argv[i]); word.starts_with("--") && word.ends_with('='))
            throw bad_input(std::string(word) + ": no value follows");
    self.parser = std::make_unique<CLI::App>();
    self.enter(*self.parser);
    try {
        self.parser->parse(argc, argv);
    } catch (const CLI::ArgumentMismatch& error) {
        const std::string what = error.what();
        throw bad_input(what.substr(0, what.find(':')) + " needs a value, and none follows");
    } catch (const CLI::ParseError& error) {
        throw bad_input(error.what() + self.see_help());
    }

    const command_line* chosen = this;
    for (const auto& verb : self.verbs)
        if (verb->chosen()) chosen = verb.get();
    if (chosen->inside_->parsed->count("--help") != 0) {
        print(chosen->help());
        return false;
    }
    if (self.parser->count("--version") != 0) {
        print(version_of(self.program) + '\n');
        return false;
    }
    const auto left = self.parser->remaining(true);
    if (self.unknown != nullptr) {
        *self.unknown = left;
    } else if (!left.empty()) {
        const std::string& word = left.front();
        if (word.starts_with("-") && word.size() > 1) throw chosen->unknown_flag(word);
        std::vector<std::string> verbs;
        for (const auto& verb : chosen->inside_->verbs)
            verbs.push_back(verb->inside_->name);
        if (verbs.empty())
            throw bad_input("'" + word + "' is not expected here" + chosen->inside_->see_help());
        throw bad_input("unknown command '" + word + "': did you mean " + nearest(word, verbs) +
                        "?");
    }
    if (self.needs_verb && chosen == this) {
        std::vector<std::string> verbs;
        for (const auto& verb : self.verbs)
            verbs.push_back(verb->inside_->name);
        throw bad_input("say what to do: " + joined(verbs) + self.see_help());
    }
    self.take_all();
    if (chosen != this) chosen->inside_->take_all();
    return true;
}

std::string command_line::help() const {
    const inside& self = *inside_;
    std::string help = fit_columns(self.about) + fit_columns(self.usage());
    if (!self.words.empty()) help += "\nWords:\n";
    for (const auto& one : self.words)
        add_row(help, one.shown, one.meaning);
    help += "\nOptions:\n";
    for (const auto& one : self.options) {
        if (one.meaning.empty()) continue;
        const std::string takes = one.given != nullptr ? "" : " " + one.takes.word;
        std::string more = one.takes.repeats ? "; may be repeated" : "";
        if (one.needed)
            more += " (needed)";
        else if (!one.takes.initial.empty() && one.meaning.find("(default") == std::string::npos)
            more += " (default " + one.takes.initial + ")";
        add_row(help, one.shown + takes, one.meaning + more);
    }
    add_row(help, "-h, --help", "this text");
    if (self.name.empty()) add_row(help, "--version", "version, revision, compiler, build type");
    if (!self.verbs.empty()) help += "\nSubcommands:\n";
    for (const auto& verb : self.verbs)
        add_row(help, verb->inside_->name, verb->inside_->about);
    if (!self.end.empty()) help += '\n' + fit_columns(self.end);
    return help;
}

}  // namespace tally::kit
