#include "stress/process/crash_file.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kit/whole_file.hpp"
#include "runs/machine.hpp"

namespace tally::process_stress {

namespace {

using nlohmann::json;

json latency_of(std::vector<double> us) {
    if (us.empty()) return nullptr;
    std::sort(us.begin(), us.end());
    return {{"median", us[us.size() / 2]}, {"worst", us.back()}, {"samples", us.size()}};
}

json cell_to_json(const cell& from) {
    json made{{"scenario", from.scenario},
              {"next", from.next},
              {"trials", from.trials},
              {"acquired", from.acquired},
              {"owner_died", from.owner_died},
              {"never", from.never},
              {"aborted", from.aborted},
              {"early", from.early},
              {"torn", from.torn},
              {"repaired", from.repaired},
              {"latency_us", latency_of(from.latency_us)}};
    if (!from.note.empty()) made["note"] = from.note;
    return made;
}

}  // namespace

void write_crash_file(const std::string& path, const std::vector<matrix_row>& rows,
                      const matrix_options& with) {
    json locks = json::array();
    for (const auto& row : rows) {
        json cells = json::array();
        for (const auto& from : row.cells)
            cells.push_back(cell_to_json(from));
        locks.push_back({{"lock", row.lock},
                         {"waiting", row.waiting},
                         {"claimed", row.claimed},
                         {"left_behind", row.left_behind},
                         {"cells", std::move(cells)}});
    }
    const json whole{{"schema", crash_schema},          {"made_on", runs::made_on()},
                     {"stride", with.stride},           {"random_kills", with.random_kills},
                     {"patience_ms", with.patience_ms}, {"seed", with.seed},
                     {"locks", std::move(locks)}};
    kit::write_whole(path, whole.dump(1) + "\n");
}

void merge_crash_files(const std::vector<std::string>& parts, const std::string& path) {
    json whole;
    for (const auto& part : parts) {
        std::ifstream file(part);
        auto next = json::parse(file, nullptr, false);
        if (!next.is_object() || next.value("schema", std::string()) != crash_schema)
            throw std::runtime_error(part + " is not a crash matrix");
        if (whole.is_null()) {
            whole = std::move(next);
            continue;
        }
        for (const auto* option : {"stride", "random_kills", "patience_ms", "seed"})
            if (next.at(option) != whole.at(option))
                throw std::runtime_error(part + " was made with another " + option + " than " +
                                         parts.front());
        for (const auto* place : {"cpu", "kernel", "libc"})
            if (next.at("made_on").at(place) != whole.at("made_on").at(place))
                throw std::runtime_error(part + " was made elsewhere than " + parts.front());
        for (auto& lock : next.at("locks"))
            whole.at("locks").push_back(std::move(lock));
    }
    auto& locks = whole.at("locks");
    std::sort(locks.begin(), locks.end(), [](const json& a, const json& b) {
        return std::pair(a.at("lock"), a.at("waiting")) < std::pair(b.at("lock"), b.at("waiting"));
    });
    kit::write_whole(path, whole.dump(1) + "\n");
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
