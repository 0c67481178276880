#include "stress/listed.hpp"

#include <sstream>

#include "kit/exit_codes.hpp"

namespace tally::stress {

std::vector<listed> read_listed(const std::string& text) {
    std::vector<listed> all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        listed one;
        for (std::string* field :
             {&one.name, &one.waiting, &one.kind, &one.file, &one.claims, &one.caught_by,
              &one.missed_by, &one.when, &one.breaks, &one.why_missed})
            std::getline(fields, *field, '\t');
        all.push_back(std::move(one));
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
