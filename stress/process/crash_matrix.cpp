// SPDX-License-Identifier: MIT
#include "stress/process/crash_matrix.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kit/whole_file.hpp"

namespace tally::process_stress {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(latency, median, worst, samples)

static void to_json(json& out, const stored_cell& from) {
    out = {{"scenario", from.scenario},
           {"next", from.next},
           {"trials", from.trials},
           {"acquired", from.acquired},
           {"owner_died", from.owner_died},
           {"never", from.never},
           {"aborted", from.aborted},
           {"early", from.early},
           {"torn", from.torn},
           {"repaired", from.repaired},
           {"latency_us", from.latency_us ? json(*from.latency_us) : json(nullptr)}};
    if (!from.note.empty()) out["note"] = from.note;
}

static void from_json(const json& in, stored_cell& to) {
    in.at("scenario").get_to(to.scenario);
    in.at("next").get_to(to.next);
    in.at("trials").get_to(to.trials);
    in.at("acquired").get_to(to.acquired);
    in.at("owner_died").get_to(to.owner_died);
    in.at("never").get_to(to.never);
    in.at("aborted").get_to(to.aborted);
    in.at("early").get_to(to.early);
    in.at("torn").get_to(to.torn);
    in.at("repaired").get_to(to.repaired);
    const json& waited = in.at("latency_us");
    if (!waited.is_null()) to.latency_us = waited.get<latency>();
    to.note = in.value("note", std::string());
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(stored_lock, lock, waiting, claimed, left_behind, cells)

const stored_cell* stored_lock::find(const std::string& scenario, const std::string& next) const {
    for (const auto& cell : cells)
        if (cell.scenario == scenario && cell.next == next) return &cell;
    return nullptr;
}

void write_crash_matrix(const std::string& path, const crash_matrix& matrix) {
    const json whole{{"schema", crash_schema},
                     {"made_on", matrix.made_on},
                     {"stride", matrix.stride},
                     {"random_kills", matrix.random_kills},
                     {"patience_ms", matrix.patience_ms},
                     {"seed", matrix.seed},
                     {"locks", matrix.locks}};
    kit::write_whole(path, whole.dump(1) + "\n");
}

crash_matrix read_crash_matrix(const std::string& path) {
    std::ifstream file(path);
    const json whole = json::parse(file, nullptr, false);
    if (!whole.is_object() || whole.value("schema", json()) != crash_schema)
        throw std::runtime_error(path + " is not a crash matrix (schema '" + crash_schema +
                                 "'); make one with 'tally-crash matrix --json FILE'");
    try {
        crash_matrix matrix;
        const json made_on = whole.value("made_on", json::object());
        if (!made_on.is_object())
            throw std::runtime_error(path +
                                     " is not a whole crash matrix: made_on is not an object");
        made_on.get_to(matrix.made_on);
        whole.at("stride").get_to(matrix.stride);
        whole.at("random_kills").get_to(matrix.random_kills);
        whole.at("patience_ms").get_to(matrix.patience_ms);
        whole.at("seed").get_to(matrix.seed);
        whole.at("locks").get_to(matrix.locks);
        return matrix;
    } catch (const json::exception& wrong) {
        throw std::runtime_error(path + " is not a whole crash matrix: " + wrong.what());
    }
}

}  // namespace tally::process_stress
