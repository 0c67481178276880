// SPDX-License-Identifier: MIT
// One search on several CPUs: processes, each with its half of what is still to be tried.
//
// The graphs that wait on the stack are independent of each other, and whatever is found from one
// is found from no other: so it does not matter who takes which, and all counts are what one
// process would have come to. A process that finds a CPU free divides itself (fork: it inherits the
// whole state, and every address), and each keeps every second graph and alternative. At its end it
// sends what it found to the one that it came from.
//
// A process that ends in another way than by reporting takes all down with it, in the same way: the
// program under test has crashed there, or had no way on, and nobody may call that a verdict.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <type_traits>

#include "machines/checked/engine.hpp"

namespace tally::model {

// What a process has found, written to a pipe or read from one: both go through the same list of
// fields. Pointers to names of files are as good in the other process.
class archive {
public:
    archive(int file, bool reads) : stream_(::fdopen(file, reads ? "r" : "w")), reads_(reads) {}
    ~archive() {
        if (stream_ != nullptr) std::fclose(stream_);
    }
    archive(const archive&) = delete;
    archive& operator=(const archive&) = delete;

    // Ends the writing. False if something did not arrive.
    bool whole() { return whole_ && stream_ != nullptr && (reads_ || std::fflush(stream_) == 0); }

    template <class T>
    void pass(T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        pass_bytes(&value, sizeof value);
    }
    void pass(std::string& text) {
        text.resize(pass_size(text.size()));
        pass_bytes(text.data(), text.size());
    }
    // How many of something follow.
    std::size_t pass_size(std::size_t size) {
        pass(size);
        return whole_ ? size : 0;
    }

private:
    void pass_bytes(void* at, std::size_t bytes) {
        whole_ = whole_ && stream_ != nullptr &&
                 (reads_ ? std::fread(at, 1, bytes, stream_)
                         : std::fwrite(at, 1, bytes, stream_)) == bytes;
    }

    std::FILE* stream_;
    bool reads_;
    bool whole_ = true;
};

namespace {

template <class... Fields>
void pass_all(archive& through, Fields&... fields) {
    (through.pass(fields), ...);
}

void pass(archive& through, step& s) {
    pass_all(through, s.thread, s.where, s.op, s.order, s.object, s.reads, s.writes, s.read,
             s.written, s.failed, s.read_from, s.stale, s.not_last, s.why, s.stuck);
}

void pass(archive& through, failure& f) {
    pass_all(through, f.kind, f.what, f.replay);
    f.story.resize(through.pass_size(f.story.size()));
    for (step& s : f.story)
        pass(through, s);
}

}  // namespace

double engine::cpu_seconds_of_all() {
    const double used = cpu_seconds_used();
    if (common_ == nullptr) return used;
    const auto more = static_cast<std::int64_t>((used - cpu_counted_) * 1e9);
    cpu_counted_ = used;
    return static_cast<double>(common_->cpu_ns.fetch_add(more) + more) * 1e-9;
}

void engine::share_the_work() {
    if (common_ == nullptr) {
        void* const at = ::mmap(nullptr, sizeof(common), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED) {
            may_share_ = false;
            return;
        }
        common_ = new (at) common;
        common_->free_cpus = static_cast<int>(with_.workers) - 1;
    }
    int free = common_->free_cpus;
    if (free <= 0 || !common_->free_cpus.compare_exchange_strong(free, free - 1)) return;
    std::size_t untried = 0;
    for (const auto& f : stack_)
        untried += f->fresh ? 1 : f->untried.size();
    int ends[2];
    if (untried < 2 || ::pipe2(ends, O_CLOEXEC) != 0) {
        ++common_->free_cpus;
        return;
    }
    cpu_seconds_of_all();
    const pid_t other = ::fork();
    if (other != 0) {
        ::close(ends[1]);
        if (other < 0) {
            ::close(ends[0]);
            ++common_->free_cpus;
            may_share_ = false;
            return;
        }
        helpers_.push_back({other, ends[0]});
        keep_every_second(1);
        return;
    }
    // Not to go on when the one that wants to know is gone.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const helper& h : helpers_)
        ::close(h.from);
    ::close(ends[0]);
    helpers_.clear();
    report_to_ = ends[1];
    watch_steps_again();
    cpu_started_ = cpu_seconds_now() - cpu_counted_;
    forget_counts();
    result_.failures.clear();
    failure_sizes_.clear();
    first_failure_at_ = 0;
    keep_every_second(0);
}

void engine::keep_every_second(unsigned which) {
    unsigned n = 0;
    for (const auto& f : stack_) {
        if (f->fresh) {
            // Its alternatives depend on what its first run comes to.
            if (n++ % 2 == which) continue;
            f->fresh = false;
            f->untried.clear();
            continue;
        }
        std::size_t kept = 0;
        for (std::size_t i = 0; i != f->untried.size(); ++i)
            if (n++ % 2 == which) f->untried[kept++] = f->untried[i];
        f->untried.cut(kept);
    }
}

// At the end of this process's share. Only the first process comes back; false: what all began with
// was wrong.
bool engine::bring_together() {
    if (common_ == nullptr) return true;
    ++common_->free_cpus;
    for (const helper& h : helpers_) {
        archive report(h.from, true);
        take(report);
        int status = 0;
        while (::waitpid(h.pid, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFSIGNALED(status)) {
            std::signal(WTERMSIG(status), SIG_DFL);
            ::raise(WTERMSIG(status));
        }
        if (status != 0 || !report.whole())
            ::_exit(WIFEXITED(status) && status != 0 ? WEXITSTATUS(status) : 1);
    }
    helpers_.clear();
    const double used = cpu_seconds_of_all();
    if (report_to_ >= 0) {
        archive report(report_to_, false);
        give(report);
        ::_exit(report.whole() ? 0 : 1);
    }
    cpu_started_ = cpu_seconds_now() - used;
    const bool right = !common_->anew;
    ::munmap(common_, sizeof *common_);
    common_ = nullptr;
    return right;
}

void engine::give(archive& report) {
    pass_all(report, result_.executions, result_.blocked, result_.events, bounded_by_length_,
             bounded_by_timeouts_, stopped_by_);
    report.pass_size(graphs_.size());
    graphs_.each([&](std::uint64_t number) { report.pass(number); });
    report.pass_size(result_.outcomes.size());
    for (auto& [text, seen] : result_.outcomes) {
        std::string named = text;
        pass_all(report, named, seen.times, seen.replay);
    }
    report.pass_size(result_.failures.size());
    for (std::size_t i = 0; i != result_.failures.size(); ++i) {
        report.pass(failure_sizes_[i]);
        pass(report, result_.failures[i]);
    }
    report.pass_size(sites_.size());
    for (known_site& s : sites_)
        report.pass(s);
}
void engine::take(archive& report) {
    result theirs;
    bool lengths = false;
    bool timeouts = false;
    std::string stopped;
    pass_all(report, theirs.executions, theirs.blocked, theirs.events, lengths, timeouts, stopped);
    result_.executions += theirs.executions;
    result_.blocked += theirs.blocked;
    result_.events += theirs.events;
    bounded_by_length_ |= lengths;
    bounded_by_timeouts_ |= timeouts;
    if (stopped_by_.empty()) stopped_by_ = stopped;
    for (auto left = report.pass_size(0); left != 0; --left) {
        std::uint64_t number = 0;
        report.pass(number);
        graphs_.insert(number);
    }
    for (auto left = report.pass_size(0); left != 0; --left) {
        std::string text;
        seen_outcome their;
        pass_all(report, text, their.times, their.replay);
        seen_outcome& ours = result_.outcomes[text];
        ours.times += their.times;
        if (ours.replay.empty()) ours.replay = their.replay;
    }
    for (auto left = report.pass_size(0); left != 0; --left) {
        std::size_t size = 0;
        failure their;
        report.pass(size);
        pass(report, their);
        if (const std::size_t at = shorter_than_known(their.kind, size); at != none)
            result_.failures[at] = std::move(their);
    }
    for (auto left = report.pass_size(0); left != 0; --left) {
        known_site their;
        report.pass(their);
        if (their.success.where.line != 0 &&
            known_site_of(their.success.op, their.success.where) == 0)
            sites_.push_back(their);
    }
}

bool engine::worth_it() const {
    return may_share_ && with_.workers > 1 && with_.executions == 0 &&
           (report_to_ >= 0 || common_ != nullptr ||
            result_.executions + result_.blocked >= with_.share_after);
}

}  // namespace tally::model
