// SPDX-License-Identifier: MIT
#include "bench/foreign_load.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace tally::bench {

namespace {

double ns_per_tick() noexcept {
    static const long hz = sysconf(_SC_CLK_TCK);
    return 1e9 / static_cast<double>(hz > 0 ? hz : 100);
}

// The first line of /proc/stat: cpu user nice system idle iowait irq softirq steal guest ...
// All but idle and iowait is busy; guest is part of user already.
std::optional<std::uint64_t> machine_busy_ticks() noexcept {
    const int file = open("/proc/stat", O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::array<char, 512> text{};
    const auto length = read(file, text.data(), text.size());
    close(file);
    if (length <= 0) return std::nullopt;
    std::string_view line(text.data(), static_cast<std::size_t>(length));
    line = line.substr(0, line.find('\n'));
    if (!line.starts_with("cpu ")) return std::nullopt;
    const char* at = line.data() + 4;
    const char* const end = line.data() + line.size();
    std::uint64_t busy = 0;
    for (int field = 0; field != 8; ++field) {
        while (at != end && *at == ' ')
            ++at;
        std::uint64_t ticks = 0;
        const auto [next, error] = std::from_chars(at, end, ticks);
        if (error != std::errc{}) {
            if (field < 4) return std::nullopt;
            break;  // an old kernel with fewer fields
        }
        at = next;
        if (field != 3 && field != 4) busy += ticks;
    }
    return busy;
}

std::uint64_t own_cpu_ns() noexcept {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

void foreign_load_meter::start() noexcept {
    machine_at_start_ = machine_busy_ticks();
    own_at_start_ = own_cpu_ns();
}

std::optional<double> foreign_load_meter::busy_ns(std::uint64_t children_ns) const noexcept {
    const auto machine_now = machine_busy_ticks();
    if (!machine_at_start_ || !machine_now || *machine_now < *machine_at_start_)
        return std::nullopt;
    const double machine = static_cast<double>(*machine_now - *machine_at_start_) * ns_per_tick();
    const double own = static_cast<double>(own_cpu_ns() - own_at_start_ + children_ns);
    return std::max(machine - own, 0.0);
}

double foreign_load_meter::tick_allowance() noexcept { return ns_per_tick(); }

}  // namespace tally::bench
