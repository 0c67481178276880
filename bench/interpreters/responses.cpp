// SPDX-License-Identifier: MIT
#include "bench/interpreters/responses.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <thread>

#include "machines/native.hpp"

namespace tally::interpreters {

std::vector<std::uint64_t> ask(const asking& how) {
    std::vector<std::uint64_t> waits;
    std::minstd_rand random(static_cast<std::minstd_rand::result_type>(how.seed));
    std::uniform_int_distribution<std::uint64_t> rest(how.rest, how.rest + how.rest / 2);
    for (unsigned question = 0; question != how.questions; ++question) {
        std::this_thread::sleep_for(std::chrono::nanoseconds(rest(random)));
        char byte = '?';
        const std::uint64_t asked = monotonic_ns();
        if (write(how.to, &byte, 1) != 1) break;
        pollfd wanted{how.from, POLLIN, 0};
        if (poll(&wanted, 1, 5000) != 1 || read(how.from, &byte, 1) != 1) break;
        waits.push_back(monotonic_ns() - asked);
    }
    return waits;
}

std::uint64_t quantile(std::vector<std::uint64_t> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::min(values.size() - 1, rank == 0 ? 0 : rank - 1)];
}

}  // namespace tally::interpreters
