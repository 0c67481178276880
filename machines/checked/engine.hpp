// SPDX-License-Identifier: MIT
// The engine: runs the program once for each execution, and grows a graph while it runs.
//
// A run has two parts. First the threads do again what the graph already holds: each gets the
// recorded values, in one go and without a switch per access (the values are in the graph, so the
// order in which threads catch up does not matter). Then new events are added, one at a time.
// Where an event could have been different, the reduced search notes the alternative; the plain
// searches ask a chooser.
//
//   fibers.cpp      stacks            execution.cpp  one run
//   new_events.cpp  what they know    waiting.cpp    who has to wait
//   accesses.cpp    atomics, fences   objects.cpp    ordinary memory, lifetimes
//   sleeping.cpp    futex             story.cpp      failures
//   reduced.cpp     alternatives      chooser.cpp    plain choices
//   symmetry.cpp    threads alike     spinning.cpp   turns of a spin loop
//   split.cpp       several CPUs
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <random>
#include <unordered_map>
#include <vector>

#include "machines/checked/consistency.hpp"
#include "machines/checked/explorer.hpp"
#include "machines/checked/fibers.hpp"
#include "machines/checked/graph.hpp"
#include "machines/checked/number_set.hpp"
#include "machines/checked/request.hpp"

namespace tally::model {

// Another way an event could have been.
struct alternative {
    enum kind_of : std::uint8_t { reads_from, placed_after, chosen } what;
    bool spurious;
    stamp at;
    stamp other;  // the store read, or the one it is placed after; none: the initial value
    std::uint64_t value;
};

// A graph, and what is still to be tried on it.
struct frame {
    graph g;
    pile<alternative> untried;
    bool fresh = true;       // not yet run
    stamp revisited = none;  // root: the read that was changed
};

// A choice of the plain search.
struct choice {
    unsigned of;
    unsigned taken;
};

// One token of a replay string.
struct scripted_step {
    unsigned thread = 0;
    int source = -2;   // step that is read; -1: the initial value; -2: the newest
    int compare = -2;  // step that a sleeper's compare reads
    int after = -2;    // step it is placed after; -1: the initial value; -2: the newest
    int pick = 0;      // other choices
    bool spurious = false;
};

class archive;  // split.cpp

class engine {
public:
    engine(const program& run, const options& with);
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

    result explore();

    // Called by the program's threads.
    bool repeat_at_once(request& what);
    [[gnu::noinline]] void perform(request& what);
    void run_team(unsigned threads, void (*call)(void*, unsigned), void* body, bool alike);
    std::uint64_t now() noexcept;
    unsigned which_thread();   // symmetry.cpp
    unsigned which_of_team();  // the same, counted from 0 in each team; of the main thread, 0

    static engine* current() noexcept;

private:
    enum class state : std::uint8_t {
        unborn,
        ready,    // to be resumed
        parked,   // at a request that needs a new event
        waiting,  // thread 0, for its team
        finished,
    };
    struct thread {
        state at = state::unborn;
        std::uint16_t position = 0;  // events of its that it has done in this run
        request* asks = nullptr;
        clock base_hb{};  // known without an event of its own: the start, the join
        clock base_porf{};
        bool spinning = false;    // its last turn of a loop read nothing new: see pause
        bool forwarding = false;  // goes on with the same reads, unrecorded, to leave the loop
        std::uint32_t forwarded = 0;
        std::uint16_t forward_at = 0;
        std::uint16_t index_in_turn = 0;
        std::uint32_t clock_reads = 0;
        std::uint32_t timeouts = 0;
        std::uint32_t spurious = 0;
        std::uint64_t priority = 0;
        unsigned index = 0;  // in its team
        bool alike = false;  // to all of its team, by the team's word: see symmetry.cpp
    };
    // While it lives, the program says whether a value satisfies an await, and may do nothing else.
    class asking {
    public:
        explicit asking(engine& of) noexcept : flag_(of.in_step_.in_predicate) { flag_ = true; }
        ~asking() { flag_ = false; }
        asking(const asking&) = delete;
        asking& operator=(const asking&) = delete;

    private:
        bool& flag_;
    };
    // How a run ended.
    enum class ending : std::uint8_t { finished, failed, redundant };

    // execution.cpp
    ending run();
    static void main_entry(void* self);
    static void thread_entry(void* self);
    void resume(unsigned t);
    void leave(thread& t);
    bool repeat(thread& t, request& q);
    void park(thread& t, request& q);
    bool standing_access(request& q);
    void settle();
    ending judge_end();

    // Steps: new_events.cpp, waiting.cpp, spinning.cpp, accesses.cpp, objects.cpp, sleeping.cpp
    bool may_step(unsigned t) {
        return !may_have_to_wait(threads_[t].asks->op) || need_not_wait(t);
    }
    bool steppable(unsigned t) { return may_step(t) && !(has_neighbour(t) && twin_goes_first(t)); }
    static constexpr bool may_have_to_wait(operation op) noexcept {
        return op == operation::await || op == operation::await_for ||
               op == operation::await_exchange || op == operation::wait || op == operation::pause;
    }
    bool need_not_wait(unsigned t);
    bool lags(unsigned t);
    bool waits_for_a_value(unsigned t) const;
    bool could_read_older(unsigned t);
    bool was_asked_about(stamp write, std::uint16_t where, stamp last) const;
    bool crowded_out(unsigned t) const;
    void add_event(unsigned t);
    std::uint16_t locate(request& q);
    std::uint16_t locate_or_fail(unsigned t, request& q, const char* verb);
    std::uint16_t add_location(std::uintptr_t address, std::uint64_t initial, memory_kind kind,
                               std::uint8_t bytes, bool by_event);
    std::uint16_t queue_of(std::uint16_t where);
    event& add(unsigned t, event_kind kind, std::uint16_t where, const request& q,
               std::memory_order order);
    clock known(unsigned t, clock event::*which, clock thread::*base) const;
    clock known_hb(unsigned t) const { return known(t, &event::hb, &thread::base_hb); }
    clock known_porf(unsigned t) const { return known(t, &event::porf, &thread::base_porf); }
    void know_what_came_before(event& e) const;
    void forget(event& e) const;
    void compare_with_chain(event& e) const;
    bool usable(unsigned t, const request& q, stamp s);
    bool known_to_have_begun(unsigned t, const request& q, stamp s);
    bool add_read(unsigned t, request& q);
    void step_load(unsigned t, request& q);
    void step_rmw(unsigned t, request& q);
    void write_half(unsigned t, request& q, bool tentative);
    void finish_rmw(stamp write, stamp rival, bool tentative);
    void step_store(unsigned t, request& q);
    void step_fence(unsigned t, request& q);
    void step_plain(unsigned t, request& q);
    void step_construct(unsigned t, request& q);
    void step_destroy(unsigned t, request& q);
    void step_wait(unsigned t, request& q);
    void step_notify(unsigned t, request& q);
    void read_step(unsigned t, request& q, stamp s, const clock& known);
    bool order_of_seq_cst_exists() const;
    void set_read(stamp s, const request& q, stamp from, bool spurious);
    void set_write_clocks(event& e, stamp rmw_source);
    void collect_places(stamp s, stamp at_least);
    void place_store(stamp s);
    std::uint64_t written_by(const request& q, std::uint64_t read) const;
    stamp notify_for(unsigned t, const event& queued) const;
    void done(request& q, std::uint64_t value);

    // spinning.cpp
    bool paused_before(const thread& t) const;
    bool same_in_turn(const event& earlier, const event& later) const;
    bool turn_is_repeated(unsigned t, std::uint16_t site) const;
    void step_pause(unsigned t, request& q);
    bool forward(thread& t, request& q);

    // symmetry.cpp
    // Does the search compare this thread with the one before it?
    bool has_neighbour(unsigned t) const noexcept {
        return symmetric_ && threads_[t].alike && threads_[t].index != 0;
    }
    bool is_twin(unsigned t, const event* last) const;
    bool twin_goes_first(unsigned t) const;
    stamp numbered(unsigned t, std::uint16_t number) const;
    stamp counterpart(const event& e) const;
    const clock& whole_prefix(stamp s) const;
    bool corresponds(const event& a, const event& b) const;
    void compare_with_twin(event& e);
    stamp bound_by_twin(const event& e, stamp from) const;
    bool a_twin_is_ahead();
    void lose_symmetry();
    std::uint64_t least_fingerprint() const;

    // split.cpp
    void share_the_work();
    void keep_every_second(unsigned which);
    bool bring_together();
    void give(archive& report);
    void take(archive& report);
    bool worth_it() const;

    // reduced.cpp
    void explore_reduced();
    void search_the_stack();
    void begin_anew();
    void forget_counts();
    void revisit_from(stamp write, stamp conflicting);
    bool let_a_lagging_await_be();
    void refuse(event& e) const;
    template <class Before>
    bool would_wait_for(const event& e, Before before) const;
    bool added_maximally(const event& e, stamp s, stamp write) const;
    void finish_revisit(thread& t, request& q, stamp s, bool& again);
    void give_up_frame();
    std::unique_ptr<frame> new_frame();
    void recycle(std::unique_ptr<frame> f);

    // chooser.cpp
    void explore_plain();
    void explore_random();
    void explore_script();
    unsigned pick(unsigned of);
    std::size_t pick_read(stamp s);
    stamp pick_place(stamp s, stamp last);
    unsigned pick_thread(const unsigned* enabled, unsigned n);
    bool at_choice_point(unsigned t) const;

    // story.cpp
    std::size_t shorter_than_known(failure_kind kind, std::size_t size);
    void fail(failure_kind kind, std::string what, stamp a = none, stamp b = none);
    void keep_outcome();
    std::vector<stamp> linear(const clock* prefix, stamp also) const;
    std::string script_of(const std::vector<stamp>& order) const;
    std::vector<step> tell(const std::vector<stamp>& order) const;
    std::string name_of(std::uint16_t where) const;
    static std::vector<scripted_step> read_script(const std::string& text);

    // explorer.cpp
    std::uint16_t site_of(const request& q) {
        const cached_site& cached =
            site_cache_[(q.where.line * 31U + q.where.column) % site_cache_.size()];
        if (cached.file == q.where.file && cached.line == q.where.line &&
            cached.column == q.where.column && cached.op == q.op && cached.id != 0)
            return cached.id;
        return find_site(q);
    }
    std::uint16_t known_site_of(operation op, const site& where) const;
    [[gnu::noinline]] std::uint16_t find_site(const request& q);
    std::memory_order order_in_effect(const request& q, bool on_failure);
    static double cpu_seconds_now();
    double cpu_seconds_used() const { return cpu_seconds_now() - cpu_started_; }
    double cpu_seconds_of_all();
    bool out_of_budget();
    void count(ending how);

    const program& run_;
    const options& with_;
    result result_;
    fibers fibers_;
    graph* g_ = nullptr;
    frame* frame_ = nullptr;  // reduced only
    bool reduced_ = true;
    bool scripted_ = false;
    std::vector<std::unique_ptr<frame>> stack_;
    std::vector<std::unique_ptr<frame>> spare_;

    // The run.
    thread threads_[max_threads];
    unsigned born_ = 1;
    unsigned team_first_ = 1;
    unsigned running_ = 0;
    unsigned previous_ = 0;
    struct {
        bool settled = false;       // what the graph held has been done again
        bool dead = false;          // nothing more comes of this run
        bool failed = false;        // a failure was found in it
        bool ever_started = false;  // a team was started in it
    } in_run_;                      // since the run began
    struct {
        bool in_predicate = false;
        bool lagging = false;  // the read being added may not read the newest store
    } in_step_;                // while one event is added
    struct {
        bool revisit_pending = false;
        bool first_run = false;      // of its frame
        bool new_static = false;     // an object was met that no run before has met
        bool symmetry_lost = false;  // threads that were to be alike are not
    } of_graph_;                     // from one run to the next on the same graph
    bool symmetric_ = false;  // in the whole search: some team may be alike, and was not unlike yet
    std::uint16_t standing_seen_ = 0;
    outcome outcome_;
    void (*team_call_)(void*, unsigned) = nullptr;
    void* team_body_ = nullptr;
    std::vector<std::pair<std::uintptr_t, std::pair<std::uint64_t, std::uint8_t>>> statics_;
    std::unordered_map<std::uintptr_t, std::uint16_t> outside_notes_;

    // Scratch.
    struct candidate {
        stamp write;
        bool spurious;
    };
    pile<candidate> candidates_;
    pile<stamp> places_;

    // Plain searches.
    std::vector<choice> choices_;
    std::size_t next_choice_ = 0;
    int preemptions_used_ = 0;
    std::mt19937_64 random_;
    std::vector<std::uint64_t> change_points_;
    std::uint64_t steps_taken_ = 0;
    std::uint64_t longest_seen_ = 16;
    std::vector<scripted_step> script_;
    std::size_t script_next_ = 0;
    std::vector<stamp> script_stamps_;

    // Sites.
    struct known_site {
        access_site success;
        bool has_failure = false;
        bool replaced = false;
        bool failure_replaced = false;
        std::memory_order failure = std::memory_order_relaxed;
        std::memory_order effective = std::memory_order_relaxed;
        std::memory_order effective_failure = std::memory_order_relaxed;
    };
    std::vector<known_site> sites_;
    struct cached_site {
        const char* file = nullptr;
        unsigned line = 0, column = 0;
        operation op{};
        std::uint16_t id = 0;
    };
    std::array<cached_site, 256> site_cache_{};

    // Counting.
    number_set graphs_;
    std::pair<const std::string, seen_outcome>* last_outcome_ = nullptr;
    double started_ = 0;
    double cpu_started_ = 0;
    double next_progress_ = 1;
    std::uint64_t first_failure_at_ = 0;
    std::uint64_t until_clock_ = 0;
    bool bounded_by_length_ = false;
    bool bounded_by_timeouts_ = false;
    std::string stopped_by_;
    std::vector<std::size_t> failure_sizes_;

    // One search by several processes: see split.cpp.
    struct common {
        std::atomic<int> free_cpus{0};
        std::atomic<std::int64_t> cpu_ns{0};  // what all have used
        std::atomic<bool> failed{false};  // somebody has searched on long enough after a failure
        std::atomic<bool> anew{false};    // what all began with was wrong
    };
    struct helper {
        int pid;
        int from;  // its report
    };
    common* common_ = nullptr;  // in shared memory
    std::vector<helper> helpers_;
    int report_to_ = -1;  // none: the first process
    bool may_share_ = true;
    double cpu_counted_ = 0;  // of this process's, what is in cpu_ns
};

}  // namespace tally::model
