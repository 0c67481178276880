#include "bench/run_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <system_error>

#include "bench/environment.hpp"
#include "bench/report.hpp"
#include "kit/output.hpp"
#include "results/machine.hpp"
#include "results/run_folder.hpp"
#include "results/whole_file.hpp"

namespace tally::bench {

namespace {

using results::cannot_write;
using results::write_whole;
using std::chrono::steady_clock;

constexpr auto between_checkpoints = std::chrono::seconds(5);

}  // namespace

run_store::run_store(const options& with, nlohmann::ordered_json environment)
    : with_(with), environment_(std::move(environment)) {
    try {
        if (!with_.store.empty()) {
            const auto machine = with_.machine.empty() ? results::machine_name() : with_.machine;
            folder_ = results::make_run_folder(with_.store, machine, revision());
            write_whole(folder_ / "environment.json", environment_.dump(2) + "\n");
        }
        if (!with_.out.empty()) results::expect_writable(with_.out);
    } catch (const cannot_write& failure) {
        if (!folder_.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(folder_, ignored);
        }
        throw bad_input(fmt::format("{}: give a folder that can be written", failure.what()));
    }
}

void run_store::add(row finished) { rows_.push_back(std::move(finished)); }

std::string run_store::json_text() const { return to_json(rows_, context_, with_.repetitions); }

void run_store::write(bool last) {
    if (!folder_.empty()) write_whole(folder_ / "bench.json", json_text());
    if (!with_.out.empty() && (last || !results::is_stream(with_.out)))
        write_whole(with_.out, with_.written == output_format::csv ? to_csv(rows_) : json_text());
    rows_written_ = rows_.size();
}

void run_store::checkpoint() {
    if (folder_.empty() && with_.out.empty()) return;
    const auto began = steady_clock::now();
    if (began < next_ || rows_.size() == rows_written_) return;
    context_["complete"] = false;
    try {
        write(false);
    } catch (const cannot_write& failure) {
        if (!failed_)
            kit::complain(fmt::format("tally-bench: {}; measuring goes on, and it is tried again\n",
                                      failure.what()));
        failed_ = true;
    }
    // A run of many rows takes longer to write: keep it a small part of the time.
    const auto took = steady_clock::now() - began;
    next_ = steady_clock::now() + std::max<steady_clock::duration>(between_checkpoints, 50 * took);
}

bool run_store::finish(const std::string& interrupted_by) {
    context_["complete"] = interrupted_by.empty();
    if (!interrupted_by.empty()) context_["interrupted_by"] = interrupted_by;
    if (rows_.empty()) {
        if (!folder_.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(folder_, ignored);
        }
        return true;
    }
    try {
        write(true);
        return true;
    } catch (const cannot_write& failure) {
        kit::complain(fmt::format(
            "tally-bench: {}; of this run's {} windows the first {} are in the last whole "
            "file; earlier runs are untouched\n",
            failure.what(), rows_.size(), rows_written_));
        return false;
    }
}

std::string run_store::where() const {
    if (!folder_.empty()) return (folder_ / "bench.json").string();
    return with_.out;
}

}  // namespace tally::bench
