// SPDX-License-Identifier: MIT
#include "bench/interpreters/found.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "bench/interpreters/programs.hpp"
#include "kit/child.hpp"

namespace tally::interpreters {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool can_run(const fs::path& file) {
    std::error_code error;
    return fs::is_regular_file(file, error) && access(file.c_str(), X_OK) == 0;
}

// Asks the program at `path` what it is.
bool probe(const std::string& path, installed& into, std::string& reason) {
    // Jython starts a virtual machine first: seconds.
    kit::child_result said;
    try {
        said = kit::run_child({path, "-c", programs::probe},
                              {.limit = std::chrono::seconds(30), .errors_apart = true});
    } catch (const std::system_error&) {
        reason = "cannot be started";
        return false;
    }
    if (said.timed_out) {
        reason = "did not answer within 30 s";
        return false;
    }
    const auto answer = nlohmann::json::parse(said.output, nullptr, false);
    if (said.status() != 0 || answer.is_discarded() || !answer.is_object()) {
        reason = "is not a Python interpreter";
        if (!said.errors.empty()) reason += ": " + kit::last_line(said.errors);
        return false;
    }
    into.path = answer.value("executable", "");
    if (into.path.empty()) into.path = path;
    into.implementation = answer.value("implementation", "unknown");
    into.version = answer.value("version", "0.0.0");
    into.major = answer.value("major", 0);
    into.minor = answer.value("minor", 0);
    into.gil = answer.value("gil", true);
    into.name = into.implementation + "-" + into.version;
    std::transform(into.name.begin(), into.name.end(), into.name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (answer.value("free_threaded", false)) into.name += into.gil ? "t-gil" : "t";
    return true;
}

void add(search_result& into, installed one) {
    for (const auto& known : into.found)
        if (known.path == one.path) return;
    // Two builds of one version: the second is told apart by a number.
    const std::string name = one.name;
    for (int count = 2; std::any_of(into.found.begin(), into.found.end(),
                                    [&](const auto& known) { return known.name == one.name; });
         ++count)
        one.name = name + "." + std::to_string(count);
    into.found.push_back(std::move(one));
    std::stable_sort(into.found.begin(), into.found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.implementation, a.major, a.minor, a.version, a.name) <
               std::tie(b.implementation, b.major, b.minor, b.version, b.name);
    });
}

void add_folder(std::vector<fs::path>& candidates, const fs::path& folder) {
    for (const char* name : {"python3", "python2", "python", "python3.13t", "python3.14t", "pypy3",
                             "pypy", "jython", "graalpy"})
        if (can_run(folder / name)) candidates.push_back(folder / name);
}

// <folder>/<version>/bin/python: the way that version managers lay out their interpreters.
void add_versions(std::vector<fs::path>& candidates, const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> versions;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error)) versions.push_back(entry.path() / "bin");
    std::sort(versions.begin(), versions.end());
    for (const auto& version : versions)
        add_folder(candidates, version);
}

}  // namespace

search_result search() {
    std::vector<fs::path> candidates;
    const std::string home = variable("HOME");
    std::string pyenv = variable("PYENV_ROOT");
    if (pyenv.empty() && !home.empty()) pyenv = home + "/.pyenv";
    const fs::path shims = pyenv.empty() ? fs::path() : fs::path(pyenv) / "shims";

    const std::string path = variable("PATH");
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find(':', begin), path.size());
        const fs::path folder = path.substr(begin, end - begin);
        // A shim starts one of the versions that are looked through below.
        if (!folder.empty() && folder != shims) add_folder(candidates, folder);
        begin = end + 1;
    }
    if (!pyenv.empty()) add_versions(candidates, fs::path(pyenv) / "versions");
    if (!home.empty())
        for (const char* folder : {"/.asdf/installs/python", "/.local/share/mise/installs/python",
                                   "/.local/share/uv/python"})
            add_versions(candidates, home + folder);

    search_result result;
    std::set<fs::path> seen;
    for (const auto& candidate : candidates) {
        std::error_code error;
        const fs::path real = fs::canonical(candidate, error);
        if (error || !seen.insert(real).second) continue;
        installed one;
        std::string reason;
        if (probe(candidate.string(), one, reason))
            add(result, std::move(one));
        else
            result.notes.push_back(candidate.string() + " " + reason);
    }
    return result;
}

bool add_named(search_result& into, const std::string& path, std::string& reason) {
    installed one;
    if (!can_run(path)) {
        reason = "is not a program that can be run";
        return false;
    }
    if (!probe(path, one, reason)) return false;
    add(into, std::move(one));
    return true;
}

}  // namespace tally::interpreters
