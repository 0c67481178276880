// tally-gil-page: docs/gil.md and its charts, from the newest run that has interpreters in it.
//
//   tally-gil-page           writes them
//   tally-gil-page --check   writes nothing; exit status 1 if the page is not what the run says
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "bench/interpreters/page.hpp"
#include "kit/command_line.hpp"
#include "kit/format.hpp"
#include "kit/program.hpp"
#include "kit/whole_file.hpp"

namespace {

namespace fs = std::filesystem;
using namespace tally::interpreters;

// results/runs/<machine>/<date>-<revision>/interpreters.json; names begin with the date.
fs::path newest_run(const fs::path& runs) {
    fs::path newest;
    std::error_code error;
    for (const auto& machine : fs::directory_iterator(runs, error))
        for (const auto& one : fs::directory_iterator(machine.path(), error))
            if (fs::exists(one.path() / "interpreters.json", error) &&
                (newest.empty() || newest.filename() < one.path().filename()))
                newest = one.path();
    return newest;
}

std::string contents(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

int program(int argc, char** argv) {
    std::string repository = ".";
    std::string wanted;
    bool check = false;
    CLI::App app{"Writes docs/gil.md and its charts from a run of tally-interpreters"};
    app.add_option("--repository", repository, "Where docs/ and results/ are");
    app.add_option("--run", wanted, "The run's folder (default: the newest in results/runs)");
    app.add_flag("--check", check, "Only say whether the page is what the run says");
    try {
        tally::parse(app, argc, argv);
        const fs::path root(repository);
        const fs::path folder =
            wanted.empty() ? newest_run(root / "results/runs") : fs::path(wanted);
        if (folder.empty()) {
            tally::kit::print(
                "no run of tally-interpreters in {}; it is made by `tally-interpreters "
                "--store results/runs`\n",
                (root / "results/runs").string());
            return check ? 0 : 2;
        }
        const findings run((folder / "interpreters.json").string());
        const std::string source = fs::relative(folder, root).generic_string();
        const std::string page = page_text(run, source);
        const fs::path file = root / "docs/gil.md";
        if (check) {
            if (contents(file) == page) return 0;
            tally::kit::complain("tally-gil-page: {} is not what {} says; run tally-gil-page\n",
                                 file.string(), source);
            return 1;
        }
        fs::create_directories(root / "docs");
        for (const auto& one : charts(run))
            tally::kit::write_whole(root / "docs" / one.file, draw(one));
        tally::kit::write_whole(file, page);
        tally::kit::print("{} and its charts, from {}\n", file.string(), source);
        return 0;
    } catch (const CLI::ParseError& error) {
        return tally::answer(app, "tally-gil-page", error);
    } catch (const std::exception& error) {
        tally::kit::complain("tally-gil-page: {}\n", tally::kit::shown(error.what()));
        return 2;
    }
}

}  // namespace

int main(int argc, char** argv) {
    return tally::kit::run_program("tally-gil-page", program, argc, argv);
}
