// SPDX-License-Identifier: MIT
#include "results/publish/run.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "kit/line_file.hpp"

namespace tally::results {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string read_text(const fs::path& file) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) throw bad_run(file.string() + ": is a folder");
    // A FIFO would be waited for.
    if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))
        throw bad_run(file.string() + ": is not a regular file");
    std::ifstream in(file, std::ios::binary);
    if (!in) throw bad_run(file.string() + ": cannot be opened");
    return {std::istreambuf_iterator<char>(in), {}};
}

json read_json(const fs::path& file) {
    const std::string text = read_text(file);
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw bad_run(file.string() + ": is empty");
    }
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        const auto at = std::min(error.byte, text.size());
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        const bool truncated = text.find_first_not_of(" \t\r\n", error.byte) == std::string::npos;
        throw bad_run(
            file.string() + ":" + std::to_string(line) +
            (truncated ? ": is cut off: the JSON ends in the middle" : ": is not valid JSON here"));
    } catch (const json::out_of_range&) {
        throw bad_run(file.string() + ": holds a number that is too large for a double");
    }
}

// What a page of this suite can be made of.
void expect_publishable(row& it, const fs::path& file) {
    const std::string no_run =
        file.string() + ": is not a run of this suite: row '" + it.name + "' ";
    if (it.parts.strategy.empty()) {
        throw bad_run(no_run +
                      "is not named <workload>/<strategy>/<waiting>/..., in letters, digits and "
                      "_-.:");
    }
    if (it.figures.empty() && it.error.empty()) throw bad_run(no_run + "carries no counter");
    // Threads of one process are what goes without saying.
    std::string& parameters = it.parts.parameters;
    if (!it.scope.empty() && it.scope != "thread" &&
        parameters.find("scope:") == std::string::npos) {
        parameters.insert(0, "scope:" + it.scope + (parameters.empty() ? "" : "/"));
    }
}

bool work_was_kept(const json& environment) {
    const auto calibration = environment.find("calibration");
    return calibration != environment.end() && calibration->is_object() &&
           calibration->value("work_is_kept", json(false)) == json(true);
}

// Of a run that ended: the document.
void read_document(const fs::path& file, run& result) {
    const json bench = read_json(file);
    try {
        result.rows = runs::read_rows(bench);
    } catch (const runs::bad_row& wrong) {
        throw bad_run(file.string() + ": " + wrong.what());
    }
    if (const auto context = bench.find("context"); context != bench.end()) {
        result.complete = !context->is_object() || context->value("complete", json(true)) != false;
    }
}

// Of a run that was killed: the lines of the windows that had ended. The last one may be torn, and
// is none then.
void read_lines(const fs::path& file, run& result) {
    const kit::lines_read read = kit::whole_lines(read_text(file));
    result.complete = false;
    result.remark = file.string() + ": belongs to a run that was not finished: " +
                    std::to_string(read.lines.size()) + " windows" +
                    (read.torn ? "; the last line is torn, and is not counted" : "");
    for (std::size_t i = 0; i != read.lines.size(); ++i) {
        const json entry = json::parse(read.lines[i], nullptr, false);
        if (!entry.is_object())
            throw bad_run(file.string() + ":" + std::to_string(i + 1) +
                          ": is not a row of a run (a JSON object)");
        try {
            result.rows.push_back(runs::read_row(entry));
        } catch (const runs::bad_row& wrong) {
            throw bad_run(file.string() + ":" + std::to_string(i + 1) + ": " + wrong.what());
        }
    }
}

}  // namespace

run read_run(const fs::path& folder) {
    const json environment = read_json(folder / "environment.json");
    run result{.machine = folder.parent_path().filename().string(),
               .name = folder.filename().string(),
               .environment = recorded(environment),
               .rows = {},
               .miscalibrated = 0,
               .complete = true};
    if (!environment.is_object()) {
        throw bad_run((folder / "environment.json").string() + ": is not a JSON object");
    }

    std::error_code unknown;
    const fs::path lines = folder / "bench.jsonl";
    const fs::path file = fs::exists(folder / "bench.json", unknown) || !fs::exists(lines, unknown)
                              ? folder / "bench.json"
                              : lines;
    if (file == lines)
        read_lines(file, result);
    else
        read_document(file, result);
    for (row& each : result.rows)
        expect_publishable(each, file);
    if (result.rows.empty() && file == lines)
        throw no_row_yet(file.string() +
                         ": belongs to a run that ended before its first window did: it is empty, "
                         "and can be removed");
    if (result.rows.empty()) throw bad_run(file.string() + ": holds no measured row");
    if (!work_was_kept(environment)) {
        result.miscalibrated = static_cast<unsigned>(std::erase_if(
            result.rows, [](const row& each) { return each.parts.workload == "sections"; }));
    }
    return result;
}

namespace {

// The folders in a folder, by name. What cannot be read, or looked at, is added to `bad`.
std::vector<fs::path> folders_in(const fs::path& folder, std::vector<std::string>& bad) {
    std::vector<fs::path> found;
    std::error_code error;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        std::error_code unknown;
        if (at->is_directory(unknown)) found.push_back(at->path());
        // A link that leads nowhere, or in a circle.
        if (unknown) bad.push_back(at->path().string() + ": " + unknown.message());
    }
    if (error) bad.push_back(folder.string() + ": " + error.message());
    std::sort(found.begin(), found.end());
    return found;
}

// A run of another program (tally-interpreters, ...), whose rows have a page of their own: it has
// a table by another name and no bench.json.
bool is_of_another_program(const fs::path& folder, std::error_code& error) {
    if (fs::exists(folder / "bench.json", error) || error) return false;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        const fs::path& path = at->path();
        if (path.extension() == ".json" && path.filename() != "environment.json") return true;
    }
    return false;
}

bool is_plain(const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    });
}

}  // namespace

runs_read read_runs(const fs::path& folder) {
    runs_read result;
    std::vector<fs::path> folders;
    std::error_code none;
    if (!fs::exists(folder, none)) return result;
    for (const fs::path& machine : folders_in(folder, result.bad)) {
        for (const fs::path& candidate : folders_in(machine, result.bad)) {
            std::error_code error;
            const bool foreign = is_of_another_program(candidate, error);
            if (error) {
                result.bad.push_back(candidate.string() + ": " + error.message());
            } else if (!is_plain(machine.filename().string()) ||
                       !is_plain(candidate.filename().string())) {
                result.bad.push_back(
                    candidate.string() +
                    ": the names of a run's folders may have letters, digits and _-. only");
            } else if (!foreign) {
                folders.push_back(candidate);
            }
        }
    }
    std::sort(folders.begin(), folders.end());
    for (const auto& each : folders) {
        try {
            result.runs.push_back(read_run(each));
        } catch (const no_row_yet& nothing) {
            result.none.emplace_back(nothing.what());
        } catch (const bad_run& error) {
            result.bad.emplace_back(error.what());
        } catch (const std::exception& error) {
            // One run's trouble, whatever it is, is not the others'.
            result.bad.emplace_back(each.string() + ": " + error.what());
        }
    }
    return result;
}

}  // namespace tally::results
