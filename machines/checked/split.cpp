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
#include <cstring>
#include <type_traits>

#include "machines/checked/engine.hpp"

namespace tally::model {

namespace {

// What a process has found, as bytes. Pointers to names of files are as good in the other process.
class report {
public:
    report() = default;
    explicit report(std::string bytes) : bytes_(std::move(bytes)) {}
    const std::string& bytes() const noexcept { return bytes_; }

    template <class T>
    void put(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void put(const std::string& text) {
        put(text.size());
        bytes_ += text;
    }
    template <class T>
    T get() {
        T value{};
        if constexpr (std::is_same_v<T, std::string>) {
            const auto size = get<std::size_t>();
            value = bytes_.substr(at_, size);
            at_ += size;
        } else {
            static_assert(std::is_trivially_copyable_v<T>);
            if (bytes_.size() - at_ >= sizeof value)
                std::memcpy(&value, bytes_.data() + at_, sizeof value);
            at_ += sizeof value;
        }
        return value;
    }

private:
    std::string bytes_;
    std::size_t at_ = 0;
};

void put(report& to, const step& s) {
    to.put(s.thread);
    to.put(s.where);
    to.put(s.op);
    to.put(s.order);
    to.put(s.object);
    to.put(s.reads);
    to.put(s.writes);
    to.put(s.read);
    to.put(s.written);
    to.put(s.failed);
    to.put(s.read_from);
    to.put(s.stale);
    to.put(s.not_last);
    to.put(s.why);
    to.put(s.stuck);
}

step get_step(report& from) {
    step s;
    s.thread = from.get<unsigned>();
    s.where = from.get<site>();
    s.op = from.get<operation>();
    s.order = from.get<std::string>();
    s.object = from.get<std::string>();
    s.reads = from.get<bool>();
    s.writes = from.get<bool>();
    s.read = from.get<std::uint64_t>();
    s.written = from.get<std::uint64_t>();
    s.failed = from.get<bool>();
    s.read_from = from.get<int>();
    s.stale = from.get<bool>();
    s.not_last = from.get<bool>();
    s.why = from.get<std::string>();
    s.stuck = from.get<bool>();
    return s;
}

void write_all(int to, const std::string& bytes) {
    for (std::size_t at = 0; at != bytes.size();) {
        const ssize_t n = ::write(to, bytes.data() + at, bytes.size() - at);
        if (n <= 0) ::_exit(1);  // nobody is there to read it
        at += static_cast<std::size_t>(n);
    }
}

std::string read_all(int from) {
    std::string bytes;
    char part[65536];
    for (ssize_t n = 0; (n = ::read(from, part, sizeof part)) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        bytes.append(part, static_cast<std::size_t>(n));
    }
    return bytes;
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
    const double used = cpu_counted_;
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
    cpu_started_ = cpu_seconds_now() - used;
    cpu_before_ = used;
    cpu_of_others_ = 0;
    result_.executions = result_.blocked = result_.events = 0;
    result_.failures.clear();
    result_.outcomes.clear();
    failure_sizes_.clear();
    first_failure_at_ = 0;
    last_outcome_ = nullptr;
    graphs_ = {};
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

// At the end of this process's share.
void engine::bring_together() {
    if (common_ == nullptr) return;
    ++common_->free_cpus;
    for (const helper& h : helpers_) {
        const std::string bytes = read_all(h.from);
        ::close(h.from);
        int status = 0;
        while (::waitpid(h.pid, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFSIGNALED(status)) {
            std::signal(WTERMSIG(status), SIG_DFL);
            ::raise(WTERMSIG(status));
        }
        if (status != 0) ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
        take_report(bytes);
    }
    helpers_.clear();
    if (report_to_ < 0) return;
    send_report();
    ::_exit(0);
}

void engine::send_report() {
    report r;
    r.put(result_.executions);
    r.put(result_.blocked);
    r.put(result_.events);
    r.put(cpu_seconds_used() - cpu_before_ + cpu_of_others_);
    r.put(bounded_by_length_);
    r.put(bounded_by_timeouts_);
    r.put(stopped_by_);
    r.put(graphs_.size());
    graphs_.each([&](std::uint64_t number) { r.put(number); });
    r.put(result_.outcomes.size());
    for (const auto& [text, seen] : result_.outcomes) {
        r.put(text);
        r.put(seen.times);
        r.put(seen.replay);
    }
    r.put(result_.failures.size());
    for (std::size_t i = 0; i != result_.failures.size(); ++i) {
        const failure& f = result_.failures[i];
        r.put(failure_sizes_[i]);
        r.put(f.kind);
        r.put(f.what);
        r.put(f.replay);
        r.put(f.story.size());
        for (const step& s : f.story)
            put(r, s);
    }
    r.put(sites_.size());
    for (const known_site& s : sites_)
        r.put(s);
    write_all(report_to_, r.bytes());
}

void engine::take_report(const std::string& bytes) {
    report r(bytes);
    result_.executions += r.get<std::uint64_t>();
    result_.blocked += r.get<std::uint64_t>();
    result_.events += r.get<std::uint64_t>();
    cpu_of_others_ += r.get<double>();
    bounded_by_length_ |= r.get<bool>();
    bounded_by_timeouts_ |= r.get<bool>();
    if (const auto why = r.get<std::string>(); stopped_by_.empty()) stopped_by_ = why;
    for (auto left = r.get<std::size_t>(); left != 0; --left)
        graphs_.insert(r.get<std::uint64_t>());
    for (auto left = r.get<std::size_t>(); left != 0; --left) {
        seen_outcome& seen = result_.outcomes[r.get<std::string>()];
        seen.times += r.get<std::uint64_t>();
        const auto replay = r.get<std::string>();
        if (seen.replay.empty()) seen.replay = replay;
    }
    for (auto left = r.get<std::size_t>(); left != 0; --left) {
        const auto size = r.get<std::size_t>();
        failure f;
        f.kind = r.get<failure_kind>();
        f.what = r.get<std::string>();
        f.replay = r.get<std::string>();
        for (auto steps = r.get<std::size_t>(); steps != 0; --steps)
            f.story.push_back(get_step(r));
        std::size_t at = 0;
        while (at != result_.failures.size() && result_.failures[at].kind != f.kind)
            ++at;
        if (at == result_.failures.size()) {
            result_.failures.push_back(std::move(f));
            failure_sizes_.push_back(size);
        } else if (size < failure_sizes_[at]) {
            result_.failures[at] = std::move(f);
            failure_sizes_[at] = size;
        }
    }
    for (auto left = r.get<std::size_t>(); left != 0; --left) {
        const auto theirs = r.get<known_site>();
        bool known = false;
        for (const known_site& s : sites_)
            known =
                known ||
                (s.success.op == theirs.success.op &&
                 s.success.where.line == theirs.success.where.line &&
                 s.success.where.column == theirs.success.where.column &&
                 std::string_view(s.success.where.file == nullptr ? "" : s.success.where.file) ==
                     (theirs.success.where.file == nullptr ? "" : theirs.success.where.file));
        if (!known) sites_.push_back(theirs);
    }
}

bool engine::worth_it() const {
    return may_share_ && with_.workers > 1 && with_.executions == 0 &&
           (report_to_ >= 0 || common_ != nullptr ||
            result_.executions + result_.blocked >= with_.share_after);
}

}  // namespace tally::model
