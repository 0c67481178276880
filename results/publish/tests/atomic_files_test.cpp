// SPDX-License-Identifier: MIT
#include "results/publish/atomic_files.hpp"

#include <sys/resource.h>

#include <csignal>

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"

using namespace tally::results;
using tally::kit::tests::read;
using tally::kit::tests::scratch;

namespace {

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// A disk that is full after so many bytes of a file.
class small_disk {
public:
    explicit small_disk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
        rlimit now = before_;
        now.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~small_disk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, old_handler_);
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;

private:
    rlimit before_{};
    void (*old_handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("files appear whole when they are committed and not before") {
    scratch at;
    const auto old = at.write("page", "before");
    {
        atomic_files files;
        files.add(old, "after");
        files.add(at.path / "new/folder/page", "new");
        CHECK(read(old) == "before");
        CHECK_FALSE(std::filesystem::exists(at.path / "new/folder/page"));
        files.commit();
    }
    CHECK(read(old) == "after");
    CHECK(read(at.path / "new/folder/page") == "new");
    CHECK(files_in(at.path) == 2);
}

TEST_CASE("a disk that fills up loses nothing that was there and leaves nothing behind") {
    scratch at;
    const auto first = at.write("first", "before");
    const auto second = at.write("second", "before");
    {
        atomic_files files;
        const small_disk disk(100);
        files.add(first, "fits");
        CHECK_THROWS_WITH(
            files.add(second, std::string(5000, 'x')),
            ContainsSubstring("cannot write " + second.string() + ": File too large"));
    }
    CHECK(read(first) == "before");
    CHECK(read(second) == "before");
    CHECK(files_in(at.path) == 2);
}

TEST_CASE("a folder that cannot be is named") {
    scratch at;
    at.write("file", "");
    atomic_files files;
    CHECK_THROWS_WITH(files.add(at.path / "file/page", "x"), ContainsSubstring("file"));
}
