// SPDX-License-Identifier: MIT
#include "stress/process/catalogue.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "kit/nearest.hpp"

namespace tally::process_stress {

const std::vector<subject_entry>& all_locks() {
    static const std::vector<subject_entry> locks = [] {
        catalogue all;
        fill(all);
        fill_with_broken(all);
        std::sort(all.locks.begin(), all.locks.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        return std::move(all.locks);
    }();
    return locks;
}

const subject_entry& lock_called(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& known : all_locks()) {
        if (known.name == name) return known;
        names.push_back(known.name);
    }
    std::fprintf(stderr, "no process lock is called '%s'; nearest: %s\n", name.c_str(),
                 kit::nearest(name, names).c_str());
    std::exit(2);
}

}  // namespace tally::process_stress
