// SPDX-License-Identifier: MIT
#include "bench/team.hpp"

#include <exception>
#include <future>
#include <thread>

#include "machines/native_team.hpp"

namespace tally::bench {

namespace {

class thread_team final : public team {
public:
    ~thread_team() override {
        if (runner_.joinable()) runner_.join();
    }

    std::string_view scope() const noexcept override { return "thread"; }

    void start(unsigned size, contest& on, board& at, worker_tally* tallies) override {
        std::promise<void> left;
        left_ = left.get_future();
        // native_team::run returns when all have left; the conductor is needed meanwhile.
        runner_ = std::thread([size, &on, &at, tallies, left = std::move(left)]() mutable {
            try {
                native_team::run(size, [&](unsigned index) {
                    on.work(seat{index, at, tallies[index]});
                });
                left.set_value();
            } catch (...) {
                left.set_exception(std::current_exception());
            }
        });
    }

    bool join_within(std::chrono::nanoseconds patience) override {
        if (left_.valid()) {
            if (left_.wait_for(patience) != std::future_status::ready) return false;
            runner_.join();
            left_.get();  // throws what run() threw
        }
        return true;
    }

private:
    std::future<void> left_;
    std::thread runner_;
};

}  // namespace

std::unique_ptr<team> make_thread_team() { return std::make_unique<thread_team>(); }

}  // namespace tally::bench
