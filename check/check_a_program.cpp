// SPDX-License-Identifier: MIT
// The program of docs/checking-a-program.md: a message handed over through a flag.
#include <cstdio>
#include <string>

// [program]
#include "machines/checked/checked.hpp"
#include "machines/checked/explorer.hpp"

using tally::checked;

tally::model::outcome message(std::memory_order order) {
    checked::plain<int> text{0};
    checked::atomic<int> ready{0};
    int read = 0;
    checked::team::run(2, [&](unsigned me) {
        if (me == 0) {
            text.write(42);
            ready.signal(1, order);
        } else {
            ready.await([](int flag) { return flag == 1; }, tally::acquire);
            read = text.read();
        }
    });
    return {read == 42, "read " + std::to_string(read)};
}
// [program]

int main() {
    const auto right = tally::model::explore([] { return message(tally::release); });
    const auto wrong = tally::model::explore([] { return message(tally::relaxed); });
    std::printf("release: %s, %s\n", right.verdict.c_str(), right.failed() ? "refuted" : "holds");
    if (!wrong.failed()) return 1;
    std::printf("relaxed: %s\n", wrong.failures.front().what.c_str());
    return right.complete && !right.failed() ? 0 : 1;
}
