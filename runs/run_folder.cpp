// SPDX-License-Identifier: MIT
#include "runs/run_folder.hpp"

#include <ctime>
#include <system_error>

#include "kit/whole_file.hpp"

namespace tally::runs {

namespace {

std::string utc_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    const auto length = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return {text, length};
}

[[noreturn]] void give_up(const std::filesystem::path& folder, const std::error_code& error) {
    throw kit::cannot_write("cannot make the folder " + folder.string() + ": " + error.message());
}

}  // namespace

std::filesystem::path make_run_folder(const std::filesystem::path& store,
                                      const std::string& machine, const std::string& revision) {
    std::error_code error;
    const auto of_machine = store / machine;
    std::filesystem::create_directories(of_machine, error);
    if (error) give_up(of_machine, error);
    const std::string name = utc_date() + "-" + revision;
    for (int twin = 1;; ++twin) {
        const auto folder = of_machine / (twin == 1 ? name : name + "-" + std::to_string(twin));
        // Made by this call, or it is another run's.
        if (std::filesystem::create_directory(folder, error)) return folder;
        if (error) give_up(folder, error);
    }
}

}  // namespace tally::runs
