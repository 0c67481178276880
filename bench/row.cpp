// SPDX-License-Identifier: MIT
#include "bench/row.hpp"

#include <algorithm>
#include <boost/histogram.hpp>
#include <cmath>
#include <functional>
#include <numeric>

namespace tally::bench {

namespace {

// Latencies of all workers, from 1 ns to 1000 s in steps of 1 %.
//
// Each worker's samples weigh what they stand for: its period, so that a worker who timed every
// operation does not outvote one who timed each thousandth.
class latency_histogram {
public:
    // The first `times` of `latency`, in ticks of so many ns.
    void add(const std::uint32_t* latency, std::uint64_t times, std::uint64_t period,
             double tick_ns) {
        const auto weight = boost::histogram::weight(static_cast<double>(period));
        for (std::uint64_t i = 0; i != times; ++i)
            counts_(std::max(static_cast<double>(latency[i]) * tick_ns, 1.0), weight);
        samples_ += times;
    }
    void add_slowest(double ns) { slowest_ = std::max(slowest_, ns); }

    std::uint64_t samples() const noexcept { return samples_; }
    double slowest() const noexcept { return std::max(slowest_, 1.0); }

    // The smallest latency that `share` of the operations do not exceed.
    double quantile(double share) const {
        const double wanted = share * boost::histogram::algorithm::sum(counts_);
        double seen = 0;
        for (const auto& bin : boost::histogram::indexed(counts_)) {
            seen += *bin;
            // The middle of the bin, in the axis's own measure; the slowest is known exactly.
            if (seen >= wanted && seen > 0)
                return std::min(std::max(std::sqrt(bin.bin().lower() * bin.bin().upper()), 1.0),
                                slowest());
        }
        return slowest();
    }

private:
    using axis = boost::histogram::axis::regular<double, boost::histogram::axis::transform::log>;
    static constexpr unsigned bins = 2778;  // ln(1e12) / ln(1.01)

    decltype(boost::histogram::make_histogram_with(boost::histogram::dense_storage<double>(),
                                                   axis(bins, 1.0, 1e12))) counts_ =
        boost::histogram::make_histogram_with(boost::histogram::dense_storage<double>(),
                                              axis(bins, 1.0, 1e12));
    std::uint64_t samples_ = 0;
    double slowest_ = 0;
};

double busiest_half(std::vector<double> shares, double total) {
    std::sort(shares.begin(), shares.end(), std::greater<>());
    const std::size_t half = shares.size() / 2;
    double busy =
        std::accumulate(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(half), 0.0);
    if (shares.size() % 2 == 1) busy += shares[half] / 2;
    return busy / total;
}

// From the last to begin to the first to leave, cut to the window.
double overlap(const window_record& window) {
    std::uint64_t from = window.opened_at;
    std::uint64_t until = window.closed_at;
    for (const auto& tally : window.tallies) {
        if (tally.ended_at == 0) return 0;  // one never took part
        from = std::max(from, tally.begun_at);
        until = std::min(until, tally.ended_at);
    }
    return until > from ? static_cast<double>(until - from) /
                              static_cast<double>(window.closed_at - window.opened_at)
                        : 0;
}

}  // namespace

figure_list reduce(const window_record& window, const reduction_context& with) {
    figure_list out;
    const auto put = [&](std::string_view name, double value) {
        if (std::isfinite(value)) out.emplace_back(name, value);
    };
    const auto length = static_cast<double>(window.length().count());
    std::vector<double> each;
    double total = 0;
    double squares = 0;
    double cpu_time = 0;
    double switches = 0;
    double takeovers = 0;
    double present = 0;
    bool takeovers_known = true;
    latency_histogram waits;
    latency_histogram nulls;  // the readings alone, with nothing timed between them
    for (const auto& tally : window.tallies) {
        const auto count = static_cast<double>(tally.counted);
        each.push_back(count);
        total += count;
        squares += count * count;
        if (tally.ended_at == 0) continue;  // it got no CPU in the whole window
        cpu_time += static_cast<double>(tally.cpu_time);
        switches += static_cast<double>(tally.switches);
        takeovers += static_cast<double>(tally.takeovers);
        takeovers_known = takeovers_known && tally.takeovers_known != 0;
        present += static_cast<double>(tally.ended_at - tally.begun_at);
        waits.add(tally.latency, tally.samples, tally.sample_period, window.tick_ns);
        waits.add_slowest(static_cast<double>(tally.slowest) * window.tick_ns);
        const auto kept = std::min<std::uint64_t>(tally.nulls, null_capacity);
        nulls.add(tally.null, kept, tally.sample_period, window.tick_ns);
        for (std::uint64_t i = 0; i != kept; ++i)
            nulls.add_slowest(static_cast<double>(tally.null[i]) * window.tick_ns);
    }
    const auto workers = static_cast<double>(window.tallies.size());

    put("increments_per_second", total / length * 1e9);
    if (total > 0) {
        put("ns_per_increment", length / total);
        put("cpu_ns_per_increment", cpu_time / total);
    }
    if (waits.samples() != 0) {
        // What the readings alone take at the same rank is taken off: their tail is part of what
        // was read, on a machine that is busy above all.
        const auto wait = [&](double share) {
            const double read = nulls.samples() != 0 ? nulls.quantile(share) : 0;
            return std::max(waits.quantile(share) - read, 1.0);
        };
        put("wait_p50_ns", wait(0.5));
        put("wait_p99_ns", wait(0.99));
        put("wait_p999_ns", wait(0.999));
        if (nulls.samples() != 0) {
            put("wait_max_ns", std::max(waits.slowest() - nulls.quantile(0.5), 1.0));
            // Which readings a wait of some rank had is not known: any up to that rank. And a step
            // of the histogram for what was read, and one for what is taken off it.
            const auto floor = [&](double share) {
                return std::max(nulls.quantile(share) - nulls.quantile(0.1), 1.0) +
                       0.02 * nulls.quantile(0.5);
            };
            put("wait_floor_ns", floor(0.9));
            put("wait_p99_floor_ns", floor(0.99));
            put("wait_p999_floor_ns", floor(0.999));
        } else {
            put("wait_max_ns", waits.slowest());
        }
    }
    put("wait_samples", static_cast<double>(waits.samples()));
    if (present > 0)
        put("sampling_share", static_cast<double>(waits.samples()) * with.sample_cost_ns / present);
    if (total > 0) {
        put("fairness_jain", total * total / (workers * squares));
        put("busiest_half_share", busiest_half(each, total));
        if (takeovers_known) put("handover_rate", takeovers / total);
        put("switches_per_increment", switches / total);
    }
    put("overlap", overlap(window));
    if (window.foreign_load) put("foreign_load", *window.foreign_load);
    put("dirty", window.dirty ? 1 : 0);
    if (with.counts)
        put("lost", static_cast<double>(window.made) - static_cast<double>(window.counted));
    put("made", static_cast<double>(window.made));
    put("workers", workers);
    put("threads_per_cpu", workers / with.cpus);
    return out;
}

}  // namespace tally::bench
