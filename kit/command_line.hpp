// Command lines, the same in every program: a help text that fits a terminal, and the nearest
// flags for one that is unknown.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kit/nearest.hpp"
#include "kit/output.hpp"

namespace tally {

// Breaks lines that are longer than `columns` between words. What goes on stands below the text of
// its line: in the second column of a list of flags, else under the line's first word. Words that
// are longer than a line stay whole.
inline std::string fit_columns(const std::string& text, std::size_t columns = 80) {
    std::string fitted;
    for (std::size_t from = 0; from < text.size();) {
        std::size_t end = text.find('\n', from);
        if (end == std::string::npos) end = text.size();
        std::string line = text.substr(from, end - from);
        from = end + 1;
        const std::size_t first = line.find_first_not_of(' ');
        std::size_t below = first == std::string::npos ? 0 : first;
        if (const auto gap = first == std::string::npos ? first : line.find("  ", first);
            gap != std::string::npos)
            if (const auto second = line.find_first_not_of(' ', gap); second != std::string::npos)
                below = second;
        while (line.size() > columns) {
            const auto space = line.rfind(' ', columns);
            if (space == std::string::npos || space <= below) break;
            fitted += line.substr(0, line.find_last_not_of(' ', space) + 1) + '\n';
            line = std::string(below, ' ') + line.substr(space + 1);
        }
        while (!line.empty() && line.back() == ' ')
            line.pop_back();
        fitted += line + '\n';
    }
    return fitted;
}

inline std::string help_text(const CLI::App& app) { return fit_columns(app.help()); }

// The first flag or word of `app`, which has been parsed, that was given an empty value, or "": a
// shell makes one of a variable that is not set (--store "$UNSET"), and nobody means it.
inline std::string empty_value(const CLI::App& app) {
    for (const auto* option : app.get_options()) {
        if (option->get_expected_min() == 0) continue;  // its value may be left away
        for (const auto& value : option->results())
            if (value.empty()) return option->get_name();
    }
    for (const auto* chosen : app.get_subcommands())
        if (const auto found = empty_value(*chosen); !found.empty()) return found;
    return "";
}

// As app.parse(), and an empty value is an error like others.
inline void parse(CLI::App& app, int argc, char** argv) {
    app.parse(argc, argv);
    if (const auto flag = empty_value(app); !flag.empty())
        throw CLI::ValidationError(flag, "its value is empty");
}

// "unknown flag '--foo': did you mean --for?", of the first word that `app`, which has been
// parsed, does not know.
inline std::string unknown_word(const CLI::App& app) {
    const CLI::App* asked = &app;
    for (const auto* chosen : app.get_subcommands())
        asked = chosen;
    const auto left = app.remaining(true);
    const std::string word = left.empty() ? "" : left.front();
    std::vector<std::string> known;
    const bool flag = word.rfind('-', 0) == 0;
    if (flag)
        for (const auto* option : asked->get_options())
            for (const auto& name : option->get_lnames())
                known.push_back("--" + name);
    else
        for (const auto* command : asked->get_subcommands([](const CLI::App*) { return true; }))
            known.push_back(command->get_name());
    const std::string name = word.substr(0, word.find('='));
    if (known.empty()) return "'" + word + "' is one word too many; see --help";
    return std::string("unknown ") + (flag ? "flag" : "command") + " '" + name +
           "': did you mean " + kit::nearest(name, known) + "?";
}

// What parse() threw: help was asked for, or one line says what is wrong. Returns the exit code.
inline int answer(const CLI::App& app, std::string_view program, const CLI::ParseError& thrown) {
    if (dynamic_cast<const CLI::CallForHelp*>(&thrown) != nullptr) {
        kit::print(help_text(app));
        return 0;
    }
    // A word that is no command leaves none chosen, and a flag may be missing because another is
    // misspelt: the word is what is wrong.
    const std::string what = app.remaining(true).empty() ? std::string(thrown.what()) + "; see " +
                                                               std::string(program) + " --help"
                                                         : unknown_word(app);
    kit::complain(std::string(program) + ": " + kit::shown(what) + '\n');
    return 2;
}

}  // namespace tally
