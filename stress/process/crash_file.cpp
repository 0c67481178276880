// SPDX-License-Identifier: MIT
#include "stress/process/crash_file.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <tuple>

#include "kit/statistics.hpp"
#include "runs/machine.hpp"
#include "stress/process/crash_matrix.hpp"

namespace tally::process_stress {

namespace {

std::optional<latency> latency_of(const std::vector<double>& us) {
    if (us.empty()) return {};
    return latency{.median = kit::median(us),
                   .worst = *std::max_element(us.begin(), us.end()),
                   .samples = us.size()};
}

stored_cell stored(const cell& from) {
    return {.scenario = from.scenario,
            .next = from.next,
            .trials = from.trials,
            .acquired = from.acquired,
            .owner_died = from.owner_died,
            .never = from.never,
            .aborted = from.aborted,
            .early = from.early,
            .torn = from.torn,
            .repaired = from.repaired,
            .latency_us = latency_of(from.latency_us),
            .note = from.note};
}

}  // namespace

void write_crash_file(const std::string& path, const std::vector<matrix_row>& rows,
                      const matrix_options& with) {
    crash_matrix whole{.made_on = runs::made_on(),
                       .stride = with.stride,
                       .random_kills = with.random_kills,
                       .patience_ms = with.patience_ms,
                       .seed = with.seed,
                       .locks = {}};
    for (const auto& row : rows) {
        whole.locks.push_back({.lock = row.lock,
                               .waiting = row.waiting,
                               .claimed = row.claimed,
                               .left_behind = row.left_behind,
                               .cells = {}});
        for (const auto& from : row.cells)
            whole.locks.back().cells.push_back(stored(from));
    }
    write_crash_matrix(path, whole);
}

void merge_crash_files(const std::vector<std::string>& parts, const std::string& path) {
    crash_matrix whole;
    for (const auto& part : parts) {
        crash_matrix next = read_crash_matrix(part);
        if (&part == &parts.front()) {
            whole = std::move(next);
            continue;
        }
        const auto expect_same = [&](const char* option, const auto& is, const auto& was) {
            if (is != was)
                throw std::runtime_error(part + " was made with another " + option + " than " +
                                         parts.front());
        };
        expect_same("stride", next.stride, whole.stride);
        expect_same("random_kills", next.random_kills, whole.random_kills);
        expect_same("patience_ms", next.patience_ms, whole.patience_ms);
        expect_same("seed", next.seed, whole.seed);
        const auto place = [](const runs::provenance& at) {
            return std::tie(at.cpu, at.kernel, at.libc);
        };
        if (place(next.made_on) != place(whole.made_on))
            throw std::runtime_error(part + " was made elsewhere than " + parts.front());
        std::move(next.locks.begin(), next.locks.end(), std::back_inserter(whole.locks));
    }
    std::sort(whole.locks.begin(), whole.locks.end(), [](const auto& a, const auto& b) {
        return std::tie(a.lock, a.waiting) < std::tie(b.lock, b.waiting);
    });
    write_crash_matrix(path, whole);
}

std::vector<std::string> contradictions(const std::vector<matrix_row>& rows) {
    std::vector<std::string> found;
    for (const auto& row : rows) {
        const auto name = row.lock + (row.waiting == "itself" ? "" : "/" + row.waiting);
        for (const auto& it : row.cells) {
            const auto say = [&](const std::string& what) {
                found.push_back(name + ": " + it.scenario + " (" + it.next + "): " + what);
            };
            if (it.scenario == "stopped for 30 ms" && it.early != 0)
                say("entered beside a holder that was only stopped");
            if (it.scenario == "stopped for 30 ms" && it.never != 0)
                say("the holder went on, and nobody followed");
            const bool held =
                it.scenario == "killed: inside" || it.scenario == "killed: middle of the increment";
            if (held && row.claimed == "released" && it.acquired != it.trials)
                say("claims to be released, and was in " + std::to_string(it.acquired) + " of " +
                    std::to_string(it.trials));
            if (held && row.claimed == "handed over" && it.owner_died != it.trials)
                say("claims to be handed over, and was in " + std::to_string(it.owner_died) +
                    " of " + std::to_string(it.trials));
            if (held && row.claimed == "stuck" && it.never + it.aborted != it.trials)
                say("claims to be stuck, and was in " + std::to_string(it.never + it.aborted) +
                    " of " + std::to_string(it.trials));
            if (held && row.claimed == "handed over" && it.torn != it.repaired)
                say("told of the death, and the count stayed torn");
        }
    }
    return found;
}

}  // namespace tally::process_stress
