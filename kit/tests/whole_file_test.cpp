// SPDX-License-Identifier: MIT
#include "kit/whole_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"

using namespace tally;
using kit::tests::read;
using kit::tests::scratch;

namespace {

std::size_t entries(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a file that cannot be written whole leaves the old one and nothing beside it") {
    scratch folder;
    const auto file = folder.path / "bench.json";
    kit::write_whole(file, "old");
    // As a full disk: writing beyond this size fails half-way.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 4096;
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_THROWS_AS(kit::write_whole(file, std::string(100'000, 'x')), kit::cannot_write);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(read(file) == "old");
    CHECK(entries(folder.path) == 1);
    kit::write_whole(file, "new");
    CHECK(read(file) == "new");
    CHECK(entries(folder.path) == 1);
}

TEST_CASE("a device stays a device and a link stays a link") {
    namespace fs = std::filesystem;
    scratch folder;
    const auto pipe = folder.path / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    kit::expect_writable(pipe);
    kit::write_whole(pipe, "rows");
    char said[8] = {};
    CHECK(::read(reader, said, sizeof said) == 4);
    ::close(reader);
    CHECK(fs::is_fifo(pipe));
    CHECK(entries(folder.path) == 1);

    // By a link, so that whoever runs this as root keeps the device.
    const auto null = folder.path / "null";
    fs::create_symlink("/dev/null", null);
    kit::write_whole(null, "rows");
    CHECK(fs::is_symlink(null));
    CHECK(fs::is_character_file("/dev/null"));

    kit::write_whole(folder.path / "kept.json", "old");
    fs::create_symlink("kept.json", folder.path / "latest.json");
    kit::write_whole(folder.path / "latest.json", "new");
    CHECK(fs::is_symlink(folder.path / "latest.json"));
    CHECK(read(folder.path / "kept.json") == "new");
}

TEST_CASE("whether a file can be written is known before and changes nothing") {
    scratch folder;
    const auto file = folder.path / "bench.json";
    kit::write_whole(file, "old");
    kit::expect_writable(file);
    CHECK(read(file) == "old");
    CHECK(entries(folder.path) == 1);
    CHECK_THROWS_WITH(kit::expect_writable(folder.path), ContainsSubstring("it is a folder"));
    CHECK_THROWS_WITH(kit::expect_writable(folder.path / "none" / "bench.json"),
                      ContainsSubstring("none/bench.json: No such file"));
}
