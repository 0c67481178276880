// SPDX-License-Identifier: MIT
#include "bench/run_store.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <system_error>

#include "bench/environment.hpp"
#include "bench/report.hpp"
#include "kit/output.hpp"
#include "kit/whole_file.hpp"
#include "runs/machine.hpp"
#include "runs/run_folder.hpp"

namespace tally::bench {

namespace {

using kit::cannot_write;
using kit::write_whole;
}  // namespace

run_store::run_store(const options& with, nlohmann::ordered_json environment)
    : with_(with), environment_(std::move(environment)) {
    try {
        if (!with_.store.empty()) {
            const auto machine = with_.machine.empty() ? runs::machine_name() : with_.machine;
            folder_ = runs::make_run_folder(with_.store, machine, revision());
            kit::write_whole(folder_ / "environment.json", environment_.dump(2) + "\n");
        }
        if (!with_.out.empty()) kit::expect_writable(with_.out);
        if (!folder_.empty())
            lines_ = kit::line_file(folder_ / "bench.jsonl");
        else if (!with_.out.empty() && !kit::is_stream(with_.out))
            lines_ = kit::line_file(with_.out + ".jsonl");
    } catch (const kit::cannot_write& failure) {
        if (!folder_.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(folder_, ignored);
        }
        throw bad_input(fmt::format("{}: give a folder that can be written", failure.what()));
    }
}

void run_store::add(row finished) {
    rows_.push_back(std::move(finished));
    try {
        append_lines();
    } catch (const kit::cannot_write& failure) {
        if (!failed_)
            kit::complain(fmt::format(
                "tally-bench: {}; measuring continues, and writing will be tried again\n",
                failure.what()));
        failed_ = true;
    }
}

void run_store::append_lines() {
    for (; lines_appended_ != rows_.size(); ++lines_appended_)
        lines_.append(runs::line_text(rows_[lines_appended_], with_.repetitions.most));
}

std::string run_store::json_text() const {
    return runs::document_text(rows_, context_, with_.repetitions.most);
}

bool run_store::finish(const std::string& interrupted_by) {
    context_["complete"] = interrupted_by.empty();
    if (!interrupted_by.empty()) context_["interrupted_by"] = interrupted_by;
    if (rows_.empty()) {
        lines_.remove();
        if (!folder_.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(folder_, ignored);
        }
        return true;
    }
    try {
        if (!folder_.empty()) kit::write_whole(folder_ / "bench.json", json_text());
        if (!with_.out.empty())
            kit::write_whole(with_.out,
                             with_.written == output_format::csv ? to_csv(rows_) : json_text());
        lines_.remove();
        return true;
    } catch (const kit::cannot_write& failure) {
        if (lines_appended_ == 0) lines_.remove();
        kit::complain(fmt::format(
            "tally-bench: {}; of this run's {} windows {}; earlier runs are untouched\n",
            failure.what(), rows_.size(),
            lines_appended_ == 0
                ? "none is kept"
                : fmt::format("the first {} are in {}", lines_appended_, lines_.path().string())));
        return false;
    }
}

std::string run_store::where() const {
    if (!folder_.empty()) return (folder_ / "bench.json").string();
    return with_.out;
}

}  // namespace tally::bench
