// SPDX-License-Identifier: MIT
#include "runs/run_folder.hpp"

#include <filesystem>
#include <iterator>

#include "kit/catch2.hpp"
#include "kit/tests/scratch.hpp"
#include "kit/whole_file.hpp"

using namespace tally;
using kit::tests::scratch;

TEST_CASE("two runs in one second get two folders") {
    scratch folder;
    const auto first = runs::make_run_folder(folder.path, "m", "r");
    const auto second = runs::make_run_folder(folder.path, "m", "r");
    CHECK(first != second);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path / "m"), {}) == 2);
}

TEST_CASE("a folder that cannot be made is named") {
    scratch folder;
    kit::write_whole(folder.path / "file", "");
    CHECK_THROWS_WITH(runs::make_run_folder(folder.path / "file", "m", "r"),
                      ContainsSubstring("file/m"));
}
