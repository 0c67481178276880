// SPDX-License-Identifier: MIT
// Small programs with known outcomes, written as tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "machines/checked/checked.hpp"
#include "machines/checked/explorer.hpp"

namespace tally::model::tests {

// One access of a litmus test. Values that it reads are part of the outcome.
struct access {
    enum kind_of : std::uint8_t { read, write, add, fence } kind;
    unsigned location;
    int value;
    std::memory_order order;
};

constexpr unsigned x = 0, y = 1, z = 2;
constexpr access R(unsigned location, std::memory_order order) {
    return {access::read, location, 0, order};
}
constexpr access W(unsigned location, int value, std::memory_order order) {
    return {access::write, location, value, order};
}
constexpr access Add(unsigned location, std::memory_order order) {
    return {access::add, location, 1, order};
}
constexpr access F(std::memory_order order) { return {access::fence, 0, 0, order}; }

using threads = std::vector<std::vector<access>>;

// What is read, thread by thread, and then, after a slash, the final values of the locations
// named in `finals`.
inline outcome run(const threads& program, std::string_view finals) {
    checked::atomic<int> memory[3]{{0}, {0}, {0}};
    std::vector<std::vector<int>> seen(program.size());
    for (std::size_t t = 0; t != program.size(); ++t)
        seen[t].resize(program[t].size(), -1);
    checked::team::run(static_cast<unsigned>(program.size()), [&](unsigned me) {
        for (std::size_t i = 0; i != program[me].size(); ++i) {
            const access& a = program[me][i];
            auto& at = memory[a.location];
            switch (a.kind) {
                case access::read: seen[me][i] = at.load(a.order); break;
                case access::write: at.store(a.value, a.order); break;
                case access::add: seen[me][i] = at.fetch_add(a.value, a.order); break;
                case access::fence: tally::atomic_thread_fence(a.order); break;
            }
        }
    });
    std::string text;
    for (const auto& thread : seen)
        for (const int value : thread)
            if (value >= 0) text += static_cast<char>('0' + value);
    if (!finals.empty()) text += '/';
    for (const char name : finals)
        text += static_cast<char>('0' + memory[name - 'x'].load(relaxed));
    return {true, text};
}

}  // namespace tally::model::tests
