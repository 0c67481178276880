// SPDX-License-Identifier: MIT
#include "check/decide.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "check/story.hpp"
#include "check/trying.hpp"

namespace tally::check {

namespace {

std::string_view name_of(model::search how) {
    switch (how) {
        case model::search::exhaustive: return "exhaustive";
        case model::search::random: return "random";
        case model::search::pct: return "pct";
    }
    return "?";
}

std::string_view name_of(kind what, bool control) {
    switch (what) {
        case kind::lock: return "lock";
        case kind::counter: return control ? "control" : "counter";
        case kind::specimen: return "specimen";
        case kind::program: return "program";
    }
    return "?";
}

}  // namespace

model::program program_of(const claim_program& claim, size at) {
    return [run = claim.run, at] {
        const stress::verdict said = run({.threads = at.threads, .rounds = at.rounds});
        return model::outcome{said.held, said.how_broken};
    };
}

std::vector<size> sizes_of(const claim_program& claim, std::optional<size> asked) {
    if (asked) return {{asked->threads, std::min(asked->rounds, claim.most_rounds)}};
    std::vector<size> own = claim.sizes;
    std::erase_if(own, [&](size at) { return at.rounds > claim.most_rounds; });
    return own;
}

decision decide(const claim_program& claim, size at, const model::options& with,
                std::vector<model::access_site>* sites) {
    const model::program program = program_of(claim, at);
    now_trying(claim.sentence, at, !with.weakened.empty());
    // What is too large to be searched whole is attacked at random as well, in what is left of the
    // time: a fifth of it is kept for that.
    const bool by_luck_too = with.how == model::search::exhaustive && with.replay.empty() &&
                             with.seconds > 0 && with.preemptions < 0;
    model::options whole = with;
    if (by_luck_too) whole.seconds = with.seconds * 0.8;
    model::result seen = model::explore(program, whole);
    const double left = with.seconds - seen.cpu_seconds;
    const std::uint64_t tried = seen.executions + seen.blocked;
    if (by_luck_too && !seen.complete && !seen.failed() && left > 0 &&
        (with.executions == 0 || tried < with.executions)) {
        model::options lucky = with;
        lucky.how = model::search::pct;
        lucky.seconds = left;
        lucky.executions = with.executions != 0 ? with.executions - tried
                                                : std::numeric_limits<std::uint64_t>::max();
        const model::result more = model::explore(program, lucky);
        seen.failures = more.failures;
        seen.executions += more.executions;
        seen.blocked += more.blocked;
        seen.seconds += more.seconds;
        seen.cpu_seconds += more.cpu_seconds;
        seen.verdict += "; then at random (PCT)";
    }
    decision made{.claim = std::string(claim.id),
                  .sentence = std::string(claim.sentence),
                  .threads = at.threads,
                  .rounds = at.rounds,
                  .search = std::string(name_of(with.how)),
                  .complete = seen.complete,
                  .verdict = seen.verdict,
                  .executions = seen.executions,
                  .blocked = seen.blocked,
                  .graphs = seen.distinct_graphs,
                  .seconds = seen.seconds,
                  .cpu_seconds = seen.cpu_seconds,
                  .found = {}};
    for (const auto& failure : seen.failures)
        made.found.push_back(
            {.kind = std::string(to_string(failure.kind)),
             .what = failure.what,
             .replay = fmt::format("{}:{}x{}:{}", claim.id, at.threads, at.rounds, failure.replay),
             .story = tell(failure)});
    if (sites != nullptr) sites->insert(sites->end(), seen.sites.begin(), seen.sites.end());
    return made;
}

decision by_luck(const claim_program& claim, size at, model::options with) {
    with.how = model::search::pct;
    with.executions = 20'000;
    return decide(claim, at, with);
}

replay_string read_replay(const std::string& text) {
    const auto wrong = [&] {
        return std::invalid_argument(
            "a replay string is <claim>:<threads>x<rounds>:<execution>, "
            "as a failing check prints it");
    };
    const auto first = text.find(':');
    const auto second = first == std::string::npos ? first : text.find(':', first + 1);
    if (second == std::string::npos) throw wrong();
    replay_string read{
        .claim = text.substr(0, first), .at = {}, .execution = text.substr(second + 1)};
    const char* at = text.data() + first + 1;
    const char* end = text.data() + second;
    auto [x, bad] = std::from_chars(at, end, read.at.threads);
    if (bad != std::errc() || x == end || *x != 'x') throw wrong();
    auto [rest, worse] = std::from_chars(x + 1, end, read.at.rounds);
    if (worse != std::errc() || rest != end) throw wrong();
    if (read.at.threads == 0 || read.at.rounds == 0) throw wrong();
    return read;
}

subject_report report_on(const entry& who) {
    subject_report report;
    report.name = who.what.name;
    report.family = who.what.family;
    report.file = who.what.file;
    report.kind = name_of(who.kind, who.control);
    report.not_claimed.assign(who.not_claimed.begin(), who.not_claimed.end());
    if (who.specimen) {
        report.breaks = std::string(to_string(who.specimen->breaks));
        report.must_be_caught = who.specimen->caught_by.checker;
        report.must_not_be_caught = who.specimen->breaks == breakage::nothing;
    } else {
        report.must_be_caught = who.control;
        report.must_not_be_caught = !who.control;
    }
    return report;
}

subject_report decide_all(const entry& who, const model::options& with) {
    subject_report report = report_on(who);
    now_deciding(who.what.name);
    if (report.must_be_caught && who.kind == kind::program)
        for (const auto& claim : who.programs) {
            auto made = by_luck(claim, claim.sizes.front(), with);
            if (made.found.empty()) continue;
            report.decisions.push_back(std::move(made));
            return report;
        }
    for (const auto& claim : who.programs)
        for (const size at : sizes_of(claim)) {
            report.decisions.push_back(decide(claim, at, with));
            if (report.must_be_caught && report.failed()) return report;
        }
    return report;
}

}  // namespace tally::check
