// SPDX-License-Identifier: MIT
#include "results/publish/findings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

// A fall, or a loss, that is worth a sentence.
constexpr double notable_fall = 3;

std::vector<course> all_courses(const table& of) {
    std::map<std::pair<std::string, std::string>, course> found;
    for (const auto& [count, lines] : of.by_count) {
        for (const line& each : lines) {
            if (each.throughput.empty() || each.stands == standing::unchecked) continue;
            course& it = found[{each.strategy, each.waiting}];
            it.strategy = each.strategy;
            it.waiting = each.waiting;
            it.family = each.family;
            it.loses |= !each.is_right();
            const double share = each.made > 0 ? std::fabs(each.lost) / each.made : 0;
            it.points.push_back({count, each.middle, each.range, share});
        }
    }
    std::vector<course> result;
    for (auto& [name, it] : found)
        result.push_back(std::move(it));
    return result;
}

double speed_at(const course& it, unsigned count) {
    const course::point* point = it.at(count);
    return point == nullptr ? 0 : point->middle;
}

std::string times(double factor) { return significant(factor, 2); }

// "133 million", "46,800", "65.8".
std::string spoken(double value) {
    return value < 1e6 ? significant(value) : significant(value / 1e6) + " million";
}

// The cost of one increment by all threads together.
std::string cost(const course& it, unsigned count) { return duration(1e9 / speed_at(it, count)); }

bool is_model(const course& it) { return it.family == "interpreter"; }

class selection {
public:
    selection(const findings& of, const std::vector<course>& all) : of_(of), all_(all) {}

    std::vector<course> chosen() {
        add_named("std_mutex");
        add_named("fetch_add");
        add_own();
        add(steepest());
        if (of_.crowded > of_.full) add(best_lock_at(of_.crowded));
        add_control();
        add_families();
        std::sort(result_.begin(), result_.end(), [&](const course& a, const course& b) {
            return speed_at(a, of_.full) > speed_at(b, of_.full);
        });
        return std::move(result_);
    }

    const course* steepest() const {
        const course* result = nullptr;
        for (const course& each : all_) {
            if (each.loses || is_model(each) || of_.fall_of(each) == 0) continue;
            if (result == nullptr || of_.fall_of(each) > of_.fall_of(*result)) result = &each;
        }
        return result;
    }

    const course* best_lock_at(unsigned count) const {
        const course* result = nullptr;
        for (const course& each : all_) {
            if (each.loses || each.family == "counters" || is_model(each)) continue;
            if (speed_at(each, count) == 0) continue;
            if (result == nullptr || speed_at(each, count) > speed_at(*result, count)) {
                result = &each;
            }
        }
        return result;
    }

private:
    void add(const course* it) {
        if (it == nullptr || result_.size() >= findings::most_courses) return;
        const bool there = std::any_of(result_.begin(), result_.end(), [&](const course& each) {
            return each.strategy == it->strategy && each.waiting == it->waiting;
        });
        if (!there) result_.push_back(*it);
    }

    void add_named(const std::string& strategy) {
        for (const course& each : all_) {
            if (each.strategy == strategy) add(&each);
        }
    }

    void add_control() {
        const course* worst = nullptr;
        for (const course& each : all_) {
            if (each.loses &&
                (worst == nullptr || speed_at(each, of_.full) > speed_at(*worst, of_.full))) {
                worst = &each;
            }
        }
        add(worst);
    }

    // What is not the repository's is the reader's own, and what the reader came for.
    void add_own() {
        for (const course& each : all_) {
            if (of_.own.contains(each.strategy)) add(&each);
        }
    }

    // The fastest of each family, the fastest family first.
    void add_families() {
        std::map<std::string, const course*> best;
        for (const course& each : all_) {
            if (each.loses || each.family.empty() || is_model(each)) continue;
            if (speed_at(each, of_.full) == 0) continue;
            const course*& now = best[each.family];
            if (now == nullptr || speed_at(each, of_.full) > speed_at(*now, of_.full)) now = &each;
        }
        std::vector<const course*> ordered;
        for (const auto& [family, it] : best)
            ordered.push_back(it);
        std::sort(ordered.begin(), ordered.end(), [&](const course* a, const course* b) {
            return speed_at(*a, of_.full) > speed_at(*b, of_.full);
        });
        for (const course* each : ordered)
            add(each);
    }

    const findings& of_;
    const std::vector<course>& all_;
    std::vector<course> result_;
};

}  // namespace

const course::point* course::at(unsigned count) const {
    const auto found = std::find_if(points.begin(), points.end(),
                                    [&](const point& each) { return each.count == count; });
    return found == points.end() ? nullptr : &*found;
}

double findings::fall_of(const course& it) const {
    const double before = speed_at(it, full);
    const double after = speed_at(it, crowded);
    return crowded == full || before == 0 || after == 0 ? 0 : before / after;
}

bool find(const site& in, const std::string& machine, findings& out) {
    const auto tables = in.tables.find(machine);
    if (tables == in.tables.end()) return false;
    for (const table& each : tables->second) {
        if (each.workload == "counter" && each.parameters.empty() && each.scale == "threads" &&
            each.has_throughput()) {
            out.of = &each;
        }
    }
    if (out.of == nullptr) return false;

    out.machine = describe(*out.of->source);
    out.full = out.of->by_count.begin()->first;
    out.crowded = out.of->by_count.rbegin()->first;
    for (const auto& [count, lines] : out.of->by_count) {
        if (out.machine.cpus == 0 || count <= out.machine.cpus) out.full = count;
    }
    const std::vector<course> all = all_courses(*out.of);
    for (const course& each : all) {
        if (!in.catalogue.contains(each.strategy)) out.own.insert(each.strategy);
    }
    selection select(out, all);
    const course* steepest = select.steepest();
    const course* best = out.crowded > out.full ? select.best_lock_at(out.crowded) : nullptr;
    out.drawn = select.chosen();
    const auto drawn = [&](const course* it) -> const course* {
        if (it == nullptr) return nullptr;
        const auto found =
            std::find_if(out.drawn.begin(), out.drawn.end(), [&](const course& each) {
                return each.strategy == it->strategy && each.waiting == it->waiting;
            });
        return found == out.drawn.end() ? nullptr : &*found;
    };
    out.falls_furthest = drawn(steepest);
    out.crowded_best = drawn(best);
    for (const course& each : out.drawn) {
        if (each.strategy == "std_mutex") out.mutex = &each;
        if (each.strategy == "fetch_add") out.addition = &each;
        if (each.loses) out.control = &each;
    }
    return true;
}

std::string findings::title() const {
    if (falls_furthest == nullptr || fall_of(*falls_furthest) < notable_fall) {
        return fmt::format("One counter, {} ways to protect it", drawn.size());
    }
    std::string result =
        fmt::format("{} threads on {} CPUs: {} is {} times slower than with {}", crowded,
                    machine.cpus, falls_furthest->label(), times(fall_of(*falls_furthest)), full);
    if (mutex != nullptr && mutex != falls_furthest) {
        const double fall = fall_of(*mutex);
        if (fall >= 1.05) result += fmt::format(", {} {} times", mutex->label(), times(fall));
        if (fall > 0 && fall < 1.05) result += fmt::format(", {} no slower", mutex->label());
    }
    return result;
}

std::string findings::sentence() const {
    const auto code = [](const course& it) {
        const std::string how = it.label().substr(it.strategy.size());
        return fmt::format("`{}`{}", it.strategy, how);
    };
    std::string text = fmt::format("On {}, ", machine.title);
    const unsigned alone = of->by_count.begin()->first;
    if (mutex != nullptr && speed_at(*mutex, full) > 0) {
        text += fmt::format("one increment behind {} costs {} with {} thread{}", code(*mutex),
                            cost(*mutex, alone), alone, alone == 1 ? "" : "s");
        if (full != alone) text += fmt::format(" and {} with {}", cost(*mutex, full), full);
        if (addition != nullptr && speed_at(*addition, full) > 0) {
            text += fmt::format("; one atomic addition, {}", cost(*addition, alone));
            if (full != alone) text += fmt::format(" and {}", cost(*addition, full));
        }
        text += ". ";
    } else {
        text += fmt::format("{} ways to count were measured. ", drawn.size());
    }
    if (falls_furthest != nullptr && fall_of(*falls_furthest) >= notable_fall) {
        text += fmt::format(
            "With more threads than CPUs the strategies part: {} threads with {} "
            "make {} increments per second, {} times fewer than {} threads",
            crowded, code(*falls_furthest), spoken(speed_at(*falls_furthest, crowded)),
            times(fall_of(*falls_furthest)), full);
        if (crowded_best != nullptr && crowded_best != falls_furthest) {
            text += fmt::format("; with {}, the fastest lock there, {}", code(*crowded_best),
                                spoken(speed_at(*crowded_best, crowded)));
        }
        text += ". ";
    }
    if (control != nullptr) {
        const course::point* point = control->at(full);
        if (point != nullptr && point->lost_share > 0) {
            text += fmt::format(
                "{}, which nothing protects, lost {} of its increments with {} threads. ",
                code(*control), percent(point->lost_share), full);
        }
    }
    text.pop_back();
    return text;
}

}  // namespace tally::results
