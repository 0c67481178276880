#include "results/whole_file.hpp"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>

#include "cmake/catch2.hpp"
#include "results/run_folder.hpp"
#include "results/tests/scratch.hpp"

using namespace tally::results;
using tests::read;
using tests::scratch;

namespace {

std::size_t entries(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a file that cannot be written whole leaves the old one and nothing beside it") {
    scratch folder;
    const auto file = folder.path / "bench.json";
    write_whole(file, "old");
    // As a full disk: writing beyond this size fails half-way.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 4096;
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_THROWS_AS(write_whole(file, std::string(100'000, 'x')), cannot_write);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(read(file) == "old");
    CHECK(entries(folder.path) == 1);
    write_whole(file, "new");
    CHECK(read(file) == "new");
    CHECK(entries(folder.path) == 1);
}

TEST_CASE("two runs in one second get two folders") {
    scratch folder;
    const auto first = make_run_folder(folder.path, "m", "r");
    const auto second = make_run_folder(folder.path, "m", "r");
    CHECK(first != second);
    CHECK(entries(folder.path / "m") == 2);
}

TEST_CASE("a folder that cannot be made is named") {
    scratch folder;
    write_whole(folder.path / "file", "");
    CHECK_THROWS_WITH(make_run_folder(folder.path / "file", "m", "r"), ContainsSubstring("file/m"));
}
