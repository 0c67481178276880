// SPDX-License-Identifier: MIT
#include "stress/listed.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "kit/exit_codes.hpp"

namespace tally {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(detector_set, stress, tsan, checker)

static void to_json(nlohmann::json& out, breakage what) { out = to_string(what); }
static void from_json(const nlohmann::json& in, breakage& what) {
    for (const auto each : {breakage::nothing, breakage::race, breakage::lost_update,
                            breakage::exclusion, breakage::order, breakage::hang,
                            breakage::lost_wakeup, breakage::use_after_free, breakage::misuse})
        if (in.get<std::string>() == to_string(each)) {
            what = each;
            return;
        }
    throw std::runtime_error("no specimen breaks '" + in.get<std::string>() + "'");
}

}  // namespace tally

namespace tally::stress {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(listed_specimen, breaks, caught_by, missed_by, why_missed,
                                   when_parked_only)

std::string to_json(const std::vector<listed>& all) {
    auto out = nlohmann::json::array();
    for (const auto& each : all) {
        nlohmann::json one{{"name", each.name},
                           {"waiting", each.waiting},
                           {"file", each.file},
                           {"claims", each.claims},
                           {"control", each.control}};
        if (each.specimen) one["specimen"] = *each.specimen;
        out.push_back(std::move(one));
    }
    return out.dump(1) + '\n';
}

std::vector<listed> from_json(const std::string& text) {
    std::vector<listed> all;
    try {
        for (const auto& each : nlohmann::json::parse(text)) {
            listed one{.name = each.at("name"),
                       .waiting = each.at("waiting"),
                       .file = each.at("file"),
                       .claims = each.at("claims"),
                       .control = each.at("control"),
                       .specimen = {}};
            if (each.contains("specimen")) one.specimen = each["specimen"].get<listed_specimen>();
            all.push_back(std::move(one));
        }
    } catch (const nlohmann::json::exception& wrong) {
        throw std::runtime_error(std::string("not a list of strategies: ") + wrong.what());
    }
    return all;
}

const char* describe(const kit::child_result& seen) {
    if (seen.timed_out) return "did not end";
    if (seen.signal != 0) return "was ended by a signal";
    switch (seen.exit_code) {
        case 0: return "all claims hold";
        case kit::exit_refuted: return "a claim was refuted";
        case kit::exit_hang: return "a thread hung";
        case kit::exit_late_touch: return "a destroyed lock was touched";
        case kit::exit_not_made: return "the weakened access was never made";
        case kit::exit_reported: return "reported";
        default: return "ended in an unknown way";
    }
}

}  // namespace tally::stress
