// SPDX-License-Identifier: MIT
#include "stress/attack.hpp"

#include <algorithm>
#include <vector>

#include "machines/native_team.hpp"

namespace tally::stress {

namespace {

// FNV-1a (Fowler, Noll, Vo): the same on every system, unlike std::hash.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char letter : text)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    return hash;
}

std::vector<unsigned> thread_counts(const effort& how) {
    if (how.threads) return {*how.threads};
    const unsigned cpus = native_team::cpus();
    std::vector<unsigned> counts{2, cpus, 2 * cpus, 4 * cpus};
    std::erase_if(counts, [](unsigned count) { return count < 2; });
    std::sort(counts.begin(), counts.end());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    return counts;
}

// Threads that spin in a queue, and are more than the CPUs, hand over at the pace of the
// scheduler: milliseconds each, once the first slices are spent.
unsigned most_rounds(const strategy& who, unsigned threads) {
    const bool spins = who.waiting == "spin" || who.waiting == "itself";
    const bool queues = who.order != admission::unfair;
    return spins && queues && threads > native_team::cpus() ? 16 : ~0U;
}

}  // namespace

unsigned most_threads(const effort& how) {
    // Some claims take at least four, whatever they are given.
    return std::max(4U, thread_counts(how).back());
}

outcome attack(board& seen_by, const strategy& who, const claim_entry& claim, const effort& how) {
    using clock = std::chrono::steady_clock;
    const auto counts = thread_counts(how);
    const std::string what = who.name() + ": " + std::string(claim.sentence);
    choices choose(how.seed ^ hash_of(what));
    outcome seen;
    // Few rounds cannot show what a specimen needs many for.
    const unsigned least = who.specimen ? std::max(4U, who.specimen->rounds) : 4U;
    const auto begun = clock::now();
    // What an attempt of each thread count took last.
    std::vector<clock::duration> took(counts.size());
    for (unsigned turn = 0;; ++turn) {
        const unsigned size = turn % static_cast<unsigned>(counts.size());
        const unsigned cycle = turn / static_cast<unsigned>(counts.size());
        // One cycle at least; then an attempt of four times the rounds, if it fits.
        if (cycle != 0 && clock::now() - begun + 4 * took[size] > how.budget) return seen;
        // Few rounds first, since a hand-over between more spinning threads than CPUs can cost a
        // slice of the scheduler; then more and more, as long as there is time.
        const script attempt{
            .threads = counts[size],
            .rounds = std::min(least << std::min(2 * cycle, 14U), most_rounds(who, counts[size])),
            .seed = choose.next(),
            .watched_by = &seen_by};
        const auto how_brisk = static_cast<mood>((turn + cycle) % 3);
        const auto from = clock::now();
        seen_by.begin(what, attempt, how_brisk);
        const verdict found = claim.attempt(attempt);
        seen_by.end();
        ++seen.attempts;
        if (!found.held) {
            seen.held = false;
            seen.how_broken = found.how_broken + " (attempt " + std::to_string(seen.attempts) +
                              ": " + std::to_string(attempt.threads) + " threads, " +
                              std::to_string(attempt.rounds) + " rounds each)";
            return seen;
        }
        took[size] = clock::now() - from;
    }
}

}  // namespace tally::stress
