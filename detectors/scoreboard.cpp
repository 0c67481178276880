// SPDX-License-Identifier: MIT
#include "detectors/scoreboard.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "check/failure_json.hpp"
#include "check/weakening_json.hpp"
#include "kit/whole_file.hpp"

namespace tally::detectors {

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

static void to_json(nlohmann::json& out, const trial& from) {
    out = {{"caught", from.caught},
           {"what", from.what},
           {"tries", from.tries},
           {"seconds", from.seconds},
           {"kind", check::failure_json(from.kind)}};
}

// Runs that were stored before November 27th, 2026 do not say the kind: it is the word that `what`
// begins with.
static void from_json(const nlohmann::json& in, trial& to) {
    in.at("caught").get_to(to.caught);
    in.at("what").get_to(to.what);
    in.at("tries").get_to(to.tries);
    in.at("seconds").get_to(to.seconds);
    to.kind = in.contains("kind") ? check::failure_in(in.at("kind"))
                                  : model::failure_called(to.what.substr(0, to.what.find(": ")));
}

static void to_json(nlohmann::json& out, const suspect& from) {
    out = {{"kind", from.kind},     {"subject", from.subject}, {"file", from.file},
           {"breaks", from.breaks}, {"must", from.must},       {"may", from.may},
           {"broken", from.broken}, {"reason", from.reason},   {"why_missed", from.why_missed},
           {"by", from.by}};
    check::add_weakening(out, from.weakened);
}

static void from_json(const nlohmann::json& in, suspect& to) {
    in.at("kind").get_to(to.kind);
    in.at("subject").get_to(to.subject);
    in.at("file").get_to(to.file);
    to.weakened = check::weakening_in(in);
    if ((to.kind == "weakened") != to.weakened.has_value())
        throw std::runtime_error("of " + to.subject + " the kind is '" + to.kind +
                                 "' and the place is '" + in.at("place").get<std::string>() + "'");
    in.at("breaks").get_to(to.breaks);
    in.at("must").get_to(to.must);
    in.at("may").get_to(to.may);
    in.at("why_missed").get_to(to.why_missed);
    in.at("broken").get_to(to.broken);
    in.at("reason").get_to(to.reason);
    in.at("by").get_to(to.by);
}

void write_scoreboard(const std::string& path, const scoreboard& board) {
    const nlohmann::json whole{{"schema", scoreboard_schema},
                               {"made_on", board.made_on},
                               {"effort",
                                {{"tries", board.how.tries},
                                 {"budget_ms", board.how.budget_ms},
                                 {"patience_s", board.how.patience_s}}},
                               {"suspects", board.suspects}};
    kit::write_whole(path, whole.dump(1) + "\n");
}

scoreboard read_scoreboard(const std::string& path) {
    std::ifstream file(path);
    const auto whole = nlohmann::json::parse(file, nullptr, false);
    if (!whole.is_object() || !whole.contains("schema") || whole["schema"] != scoreboard_schema)
        throw std::runtime_error(path + " is not a scoreboard of detectors");
    try {
        scoreboard board;
        whole.at("made_on").get_to(board.made_on);
        board.how = {.tries = whole.at("effort").at("tries").get<unsigned>(),
                     .budget_ms = whole.at("effort").at("budget_ms").get<unsigned>(),
                     .patience_s = whole.at("effort").at("patience_s").get<unsigned>()};
        board.suspects = whole.at("suspects").get<std::vector<suspect>>();
        return board;
    } catch (const std::exception& wrong) {
        throw std::runtime_error(path + " is not a whole scoreboard of detectors: " + wrong.what());
    }
}

std::vector<std::string> contradictions(const std::vector<suspect>& suspects) {
    std::vector<std::string> found;
    for (const auto& who : suspects)
        for (const auto& [detector, said] : who.by) {
            if (has(who.must, detector) && !said.caught)
                found.push_back(detector + " is asleep: it must catch " + who.name() +
                                ", and did not in " + std::to_string(said.tries) + " tries");
            if (!who.broken && said.caught && !has(who.may, detector))
                found.push_back(detector + " accuses " + who.name() +
                                ", which is correct: " + said.what);
        }
    return found;
}

tally_of_one total(const std::vector<suspect>& suspects, const std::string& detector,
                   const std::string& kind) {
    tally_of_one sum;
    for (const auto& who : suspects) {
        const auto said = who.by.find(detector);
        if (said == who.by.end() || (!kind.empty() && who.kind != kind)) continue;
        ++(who.broken ? sum.shown : sum.correct);
        if (said->second.caught) ++(who.broken ? sum.caught : sum.accused);
    }
    return sum;
}

}  // namespace tally::detectors
