// SPDX-License-Identifier: MIT
#include "results/publish/chart.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "results/publish/figures.hpp"

namespace tally::results {
namespace {

// Told apart without colour vision too (Okabe & Ito 2008), and on white.
constexpr std::array<const char*, 8> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                             "#56b4e9", "#b8860b", "#000000", "#7b3fa0"};
constexpr const char* grey = "#808080";
constexpr std::array<int, 8> point_types{7, 5, 9, 11, 13, 15, 6, 4};

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'') result += '\'';
        result += c == '\n' ? ' ' : c;
    }
    return result + "'";
}

// Where the labels at the right end stand: beside the ends of their lines, but at least `gap`
// apart (both as log10 of the value), moved as little as possible.
std::vector<double> spread(const std::vector<double>& ends, double gap) {
    std::vector<std::size_t> order(ends.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return ends[a] < ends[b]; });
    // Blocks of labels that touch; each block stands at the mean of where its labels want to be.
    struct block {
        double centre_sum;  // of each label's wish less its offset in the block
        std::size_t size;
        std::size_t first;  // in `order`
    };
    std::vector<block> blocks;
    const auto low_of = [&](const block& b) { return b.centre_sum / static_cast<double>(b.size); };
    for (std::size_t i = 0; i != order.size(); ++i) {
        blocks.push_back({ends[order[i]], 1, i});
        while (blocks.size() > 1) {
            block& below = blocks[blocks.size() - 2];
            const block& above = blocks.back();
            if (low_of(below) + gap * static_cast<double>(below.size) <= low_of(above)) break;
            below.centre_sum += above.centre_sum - gap * static_cast<double>(below.size) *
                                                       static_cast<double>(above.size);
            below.size += above.size;
            blocks.pop_back();
        }
    }
    std::vector<double> result(ends.size());
    for (const block& each : blocks) {
        for (std::size_t i = 0; i != each.size; ++i) {
            result[order[each.first + i]] = low_of(each) + gap * static_cast<double>(i);
        }
    }
    return result;
}

}  // namespace

std::string chart_script(const findings& of) {
    std::string script;
    const auto say = [&]<class... Values>(fmt::format_string<Values...> format,
                                          Values&&... values) {
        script += fmt::format(format, std::forward<Values>(values)...);
    };

    constexpr int width = 880;
    constexpr int height = 560;
    double lowest = 1e300;
    double highest = 0;
    for (const course& each : of.drawn) {
        for (const auto& point : each.points) {
            // By medians: one window without an increment would stretch the axis to the floor.
            lowest = std::min(lowest, point.middle);
            highest = std::max(highest, point.range.high);
        }
    }
    lowest = std::max(lowest, 1.0);  // a logarithmic axis has no zero
    const double bottom = lowest / 2;
    const double top = highest * 1.6;

    // Counts stand at equal distances: they are mostly powers of two, and else near enough.
    std::vector<unsigned> counts;
    for (const auto& [count, lines] : of.of->by_count)
        counts.push_back(count);
    const auto position_of = [&](unsigned count) {
        return static_cast<double>(std::find(counts.begin(), counts.end(), count) - counts.begin());
    };
    // Intervals at one count stand side by side.
    const auto aside = [&](std::size_t course) {
        return 0.012 * (static_cast<double>(course) - static_cast<double>(of.drawn.size() - 1) / 2);
    };
    const auto last = static_cast<double>(counts.size() - 1);
    const double right = last + 0.15;

    say("set encoding utf8\n");
    say("set terminal svg size {},{} noenhanced font 'Helvetica,Arial,sans-serif,14' background "
        "'#ffffff'\n",
        width, height);
    say("set lmargin 9\nset rmargin 24\nset tmargin 4.5\nset bmargin 4\n");
    say("set border 3 lc rgb '{0}'\nset tics nomirror textcolor rgb '#404040'\n", grey);
    say("set label 1 {} at screen 0.015,0.955 left font ',17' textcolor rgb '#202020'\n",
        quoted(of.title()));
    say("set label 2 {} at screen 0.015,0.905 left textcolor rgb '#606060'\n",
        quoted("Increments per second by all threads together, median and 95 % interval. " +
               of.machine.title));
    say("set logscale y\nset yrange [{}:{}]\nset xrange [-0.15:{}]\n", bottom, top, right);
    say("set format y '%.0s%c'\nset grid ytics lc rgb '#e4e4e4' lw 1\n");
    say("set xtics (");
    for (std::size_t i = 0; i != counts.size(); ++i) {
        say("{}'{}' {}", i == 0 ? "" : ", ", counts[i], i);
    }
    say(")\nset xlabel 'threads' textcolor rgb '#404040'\nset key off\n");

    // Where threads outnumber the CPUs.
    if (of.crowded > of.full) {
        const double at = position_of(of.full);
        say("set object 1 rectangle from {},graph 0 to graph 1,graph 1 behind fc rgb '#f4f4f4' "
            "fs solid noborder\n",
            at + 0.5);
        say("set label 3 'more threads than CPUs' at graph 0.985,graph 0.97 right font ',12' "
            "textcolor rgb '#707070'\n");
    }

    const double plot_height = 0.76 * height;
    const double gap = std::log10(top / bottom) / plot_height * 18;
    std::vector<double> ends;
    for (const course& each : of.drawn) {
        ends.push_back(std::log10(std::max(each.points.back().middle, bottom)));
    }
    const std::vector<double> stand = spread(ends, gap);

    std::string plots;
    std::size_t coloured = 0;
    for (std::size_t i = 0; i != of.drawn.size(); ++i) {
        const course& each = of.drawn[i];
        say("$course{} << EOD\n", i);
        for (const auto& point : each.points) {
            say("{} {} {} {}\n", position_of(point.count) + aside(i),
                std::max(point.middle, bottom), std::max(point.range.low, bottom),
                std::max(point.range.high, bottom));
        }
        say("EOD\n");
        const std::size_t style = coloured % colours.size();
        const char* colour = each.loses ? grey : colours[style];
        const int type = each.loses ? 2 : point_types[style];
        if (!each.loses) ++coloured;
        const char* dashes = each.loses ? "dt 2" : "dt 1";
        const double value = std::pow(10.0, ends[i]);
        const double end = position_of(each.points.back().count) + aside(i);
        say("set label {} {} at first {},{} left textcolor rgb '{}'\n", 10 + i,
            quoted(each.label() + (each.loses ? " (loses)" : "") + "  " + scaled(value)),
            right + 0.14, std::pow(10.0, stand[i]), colour);
        // From the line's end to its label, which may have had to move.
        say("set arrow {} from first {},{} to first {},{} nohead lw 1 lc rgb '{}'\n", 10 + i,
            end + 0.04, value, right + 0.1, std::pow(10.0, stand[i]), colour);
        plots += fmt::format(
            "{0} $course{1} using 1:2:3:4 with yerrorbars lc rgb '{2}' lw 1 pt 0, $course{1} using "
            "1:2 with linespoints lc rgb '{2}' lw 2 {3} pt {4} ps 0.7",
            plots.empty() ? "" : ", ", i, colour, dashes, type);
    }
    say("plot {}\n", plots);
    return script;
}

}  // namespace tally::results
