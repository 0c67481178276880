// SPDX-License-Identifier: MIT
#include "results/publish/gil/charts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "results/publish/gil/figures.hpp"

namespace tally::results::gil {
namespace {

// Okabe & Ito 2008: told apart without colour vision too.
constexpr const char* blue = "#0072b2";
constexpr const char* orange = "#d55e00";
constexpr const char* green = "#009e73";
constexpr const char* purple = "#cc79a7";
constexpr const char* grey = "#808080";

std::string terminal(unsigned width, unsigned height) {
    return fmt::format(
        "set terminal svg size {},{} font 'sans-serif,13' background '#ffffff'\n"
        "set border 3 lc rgb '#606060'\nset tics nomirror out\nset grid y lc rgb '#e0e0e0'\n"
        "set xlabel offset 0,0.5\n",
        width, height);
}

std::string short_name(const std::string& name) {
    std::string text = name;
    if (text.starts_with("cpython-")) return text.substr(8);
    // Two lines: names stand side by side.
    if (const auto dash = text.find('-'); dash != std::string::npos) text.replace(dash, 1, "\\n");
    return text;
}

chart chart_of_losses(const findings& run) {
    std::string script = terminal(860, 400);
    script += "$data << EOD\n";
    for (const auto& who : run.interpreters()) {
        if (run.runs(counting(who, "plain", 1'000'000)) == 0) continue;
        const auto share = [&](const char* variant) {
            return 100 * lost_share(run, counting(who, variant, 1'000'000)).value_or(0);
        };
        script += fmt::format("\"{}\" {} {} {}\n", short_name(who), share("plain"), share("call"),
                              share("locked"));
    }
    script +=
        "EOD\nset title 'Updates lost by 5 threads × 1,000,000 increments, worst run'\n"
        "set style data histograms\nset style histogram clustered gap 1\n"
        "set style fill solid 1.0 border lc rgb 'white'\n"
        "set ylabel '% of the increments'\nset yrange [0:100]\nset xlabel 'interpreter (CPython, "
        "if not said)'\n"
        "set key below maxrows 1 reverse Left samplen 1\nset xtics scale 0 font ',11'\n";
    script += fmt::format(
        "plot $data using 2:xtic(1) title 'num += 1' lc rgb '{}', "
        "'' using 3 title 'num += int(1)' lc rgb '{}', "
        "'' using 4 title 'with lock: num += 1' lc rgb '{}'\n",
        orange, blue, green);
    return {"gil-protects.svg", script};
}

std::string block(const std::string& name, const std::string& lines) {
    return "$" + name + " << EOD\n" + lines + "EOD\n";
}

chart chart_of_costs(const findings& run) {
    std::string script = terminal(980, 460);
    std::string left;
    std::string right;
    unsigned count = 0;
    const auto add = [&](std::string& plots, const std::string& lines, const std::string& title,
                         const std::string& style) {
        if (lines.empty()) return;
        const std::string name = "d" + std::to_string(count++);
        script += block(name, lines);
        plots += (plots.empty() ? "plot " : ", ") + ("$" + name) + " using 1:2 with linespoints " +
                 style + " title '" + title + "'";
    };
    const auto speed_ups = [&](const std::string& who) {
        std::string lines;
        for (const unsigned threads : {2U, 4U})
            if (const auto ratio = run.scaling(computing(who), threads))
                lines += fmt::format("{} {}\n", threads, *ratio);
        return lines.empty() ? lines : "1 1\n" + lines;
    };
    const auto waits = [&](const std::string& who, const char* counter) {
        std::string lines;
        for (const unsigned interval : {50U, 500U, 5000U})
            if (const auto wait = run.median(asking(who, interval), counter))
                lines += fmt::format("{} {}\n", interval / 1000.0, *wait / 1e6);
        return lines;
    };
    const std::string recent = newest_recent(run);
    const std::string old = newest_old(run);
    const auto style = [](const char* colour, int point, int dash = 1) {
        return fmt::format("lc rgb '{}' lw 2 pt {} ps 0.8 dt {}", colour, point, dash);
    };
    add(left, "1 1\n2 2\n", "ideal on 2 CPUs", style(grey, 0, 2));
    if (!recent.empty()) add(left, speed_ups(recent), recent, style(blue, 7));
    add(left, speed_ups("model-cpython-3.10"), "its model", style(blue, 6, 3));
    if (!old.empty()) add(left, speed_ups(old), old, style(orange, 5));
    add(left, speed_ups("model-cpython-2"), "its model", style(orange, 4, 3));
    add(left, speed_ups("model-free-threaded"), "model, no global lock", style(green, 9, 3));
    if (!recent.empty()) {
        add(right, waits(recent, "response_p50_ns"), recent + ", half of the answers",
            style(blue, 7));
        add(right, waits(recent, "response_p99_ns"), "99 of 100", style(purple, 13));
    }
    add(right, waits("model-cpython-3.10", "response_p50_ns"), "its model, half",
        style(blue, 6, 3));
    add(right, waits("model-fair-io", "response_p50_ns"), "model, I/O served first, half",
        style(green, 9, 3));
    script +=
        "set multiplot layout 1,2\n"
        "set title 'Work done by all, over one thread alone'\nset xlabel 'threads that compute'\n"
        "set xtics (1,2,4)\nset xrange [0.8:4.2]\nset yrange [0:2.5]\n"
        "set xlabel offset 0,0\nset key below spacing 1.1 maxcols 2 reverse Left samplen 2\n" +
        left +
        "\nset title 'Time to an answer beside a thread that computes'\n"
        "set xlabel 'switch interval, ms'\nset ylabel 'ms'\nset logscale xy\nset autoscale x\n"
        "set xrange [0.03:10]\nset yrange [0.005:*]\nset xtics (0.05,0.5,5)\n"
        "set format y '%g'\n" +
        right + "\nunset multiplot\n";
    return {"gil-costs.svg", script};
}

chart chart_of_mixed(const findings& run) {
    std::string script = terminal(860, 400);
    std::string plots;
    struct line {
        const char* who;
        const char* title;
        const char* colour;
        unsigned threads;
        int dash;
    };
    const line lines[] = {{"model-cpython-3.10", "global lock, 1 thread", blue, 1, 3},
                          {"model-cpython-3.10", "global lock, 2 threads", blue, 2, 1},
                          {"model-free-threaded", "lock in each object, 1 thread", green, 1, 3},
                          {"model-free-threaded", "lock in each object, 2 threads", green, 2, 1}};
    unsigned count = 0;
    for (const auto& [who, title, colour, threads, dash] : lines) {
        std::string data;
        for (const unsigned local : locals) {
            const auto rate = run.median(mixed(who, local, threads), "increments_per_second");
            const auto base = run.median(mixed(lines[0].who, local, 1), "increments_per_second");
            if (rate && base && *base > 0)
                data += fmt::format("{} {}\n", std::max(local, 1U), *rate / *base);
        }
        if (data.empty()) continue;
        const std::string name = "d" + std::to_string(count++);
        script += block(name, data);
        plots += fmt::format(
            "{}${} using 1:2 with linespoints lc rgb '{}' lw 2 pt 7 ps 0.7 dt {} "
            "title '{}'",
            plots.empty() ? "plot " : ", ", name, colour, dash, title);
    }
    script +=
        "set title 'Increments of one locked variable, over one thread under the global lock "
        "(models)'\n"
        "set xlabel 'byte codes of the thread’s own between two increments'\n"
        "set ylabel 'times'\nset logscale x\nset yrange [0:*]\n"
        "set xtics ('0' 1, '10' 10, '100' 100, '1000' 1000)\nset xrange [0.8:1500]\n"
        "set key below maxcols 2 reverse Left\n" +
        plots + "\n";
    return {"gil-replaces.svg", script};
}

}  // namespace

std::vector<chart> charts(const findings& run) {
    return {chart_of_losses(run), chart_of_costs(run), chart_of_mixed(run)};
}

}  // namespace tally::results::gil
