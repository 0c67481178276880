// SPDX-License-Identifier: MIT
// What single_instance promises, one promise a test.
#include <poll.h>
#include <sys/mman.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "kit/catch2.hpp"
#include "stress/instance/answer.hpp"
#include "stress/instance/sandbox.hpp"

using tally::answer_of;
using tally::ask;
using tally::instance_options;
using tally::single_instance;
using tally::sandbox::child;
using tally::sandbox::in_child;
using tally::sandbox::temporary_folder;

namespace {

constexpr int forks = 500;

instance_options in(const temporary_folder& folder) { return {.folder = folder.path()}; }

std::string taken_by(pid_t pid) { return "taken by " + std::to_string(pid); }

// A child that holds the name until it is killed.
child holder(const temporary_folder& folder) {
    return child([&]() -> std::string {
        const single_instance guard("name", in(folder));
        child::say(answer_of(guard));
        ::pause();
        return "woken";
    });
}

}  // namespace

TEST_CASE("the first holds the name and the second is told by whom") {
    const temporary_folder folder;
    const single_instance first("name", in(folder));
    CHECK_FALSE(first.already_running());
    CHECK(in_child([&] { return ask("name", in(folder)); }) == taken_by(::getpid()));
}

TEST_CASE("two guards in one process exclude each other too") {
    const temporary_folder folder;
    const single_instance first("name", in(folder));
    const single_instance second("name", in(folder));
    CHECK_FALSE(first.already_running());
    CHECK(second.already_running());
    // Closing the second one's file must not end the first one's lock, as it does with fcntl.
    { const single_instance third("name", in(folder)); }
    CHECK(in_child([&] { return ask("name", in(folder)); }) == taken_by(::getpid()));
}

TEST_CASE("other names are other questions") {
    const temporary_folder folder;
    const single_instance one("one", in(folder));
    const single_instance two("two", in(folder));
    CHECK_FALSE(one.already_running());
    CHECK_FALSE(two.already_running());
}

TEST_CASE("the name is free and the file gone when the object ends") {
    const temporary_folder folder;
    {
        const single_instance guard("name", in(folder));
        CHECK(std::filesystem::exists(guard.where()));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(ask("name", in(folder)) == "free");
}

TEST_CASE("the hold moves with the object") {
    const temporary_folder folder;
    single_instance first("name", in(folder));
    single_instance second(std::move(first));
    CHECK_FALSE(second.already_running());
    CHECK(ask("name", in(folder)) == taken_by(::getpid()));
    single_instance other("other", in(folder));
    other = std::move(second);
    CHECK_FALSE(other.already_running());
    CHECK(ask("name", in(folder)) == taken_by(::getpid()));
    static_assert(!std::is_copy_constructible_v<single_instance>);
    static_assert(!std::is_copy_assignable_v<single_instance>);
}

TEST_CASE("assigning to a guard ends the hold that it had") {
    const temporary_folder folder;
    single_instance guard("name", in(folder));
    guard = single_instance("other", in(folder));
    CHECK(ask("name", in(folder)) == "free");
    CHECK(ask("other", in(folder)) == taken_by(::getpid()));
}

TEST_CASE("a killed holder holds nothing and the next starts at once") {
    const temporary_folder folder;
    for (int round = 0; round != 50; ++round) {
        child first = holder(folder);
        REQUIRE(first.hear() == "free");
        REQUIRE(ask("name", in(folder)) == taken_by(first.pid()));
        first.end(SIGKILL);
        // What it wrote is still there, and nobody is shown as the holder for it.
        REQUIRE(std::filesystem::exists(folder / "name.instance"));
        REQUIRE(ask("name", in(folder)) == "free");
    }
}

TEST_CASE("a stopped holder still holds") {
    const temporary_folder folder;
    child first = holder(folder);
    REQUIRE(first.hear() == "free");
    ::kill(first.pid(), SIGSTOP);
    CHECK(ask("name", in(folder)) == taken_by(first.pid()));
    ::kill(first.pid(), SIGCONT);
}

TEST_CASE("a forked child holds nothing and its end ends nothing") {
    const temporary_folder folder;
    single_instance guard("name", in(folder));
    REQUIRE_FALSE(guard.already_running());
    CHECK(in_child([&] { return answer_of(guard); }) == taken_by(::getpid()));
    CHECK(in_child([&]() -> std::string {
              { const single_instance dies_here(std::move(guard)); }
              return "ended";
          }) == "ended");
    CHECK_FALSE(guard.already_running());
    CHECK(std::filesystem::exists(guard.where()));
    CHECK(ask("name", in(folder)) == taken_by(::getpid()));
}

TEST_CASE("a living child does not keep the name of its killed parent") {
    const temporary_folder folder;
    int hold_open[2];
    REQUIRE(::pipe(hold_open) == 0);
    child parent([&]() -> std::string {
        const single_instance guard("name", in(folder));
        const pid_t grandchild = ::fork();
        if (grandchild == 0) {
            // fork() has returned here: the child has closed its copy. It lives until the test
            // closes its end of the pipe, or dies.
            child::say("forked");
            ::close(hold_open[1]);
            char byte = 0;
            (void)!::read(hold_open[0], &byte, 1);
            ::_exit(0);
        }
        ::pause();
        return "woken";
    });
    ::close(hold_open[0]);
    REQUIRE(parent.hear() == "forked");
    parent.end(SIGKILL);
    CHECK(ask("name", in(folder)) == "free");
    ::close(hold_open[1]);
}

namespace {

// A program that is begun by exec() and tells when it runs: it gives back what it is given. While
// exec() is still in the middle, what is to be closed there may be open; whoever hears the pipe of
// a child close, or is the parent of a vfork(), goes on within that time.
class echo {
public:
    echo() {
        REQUIRE(::pipe(given_) == 0);
        REQUIRE(::pipe(given_back_) == 0);
    }
    echo(const echo&) = delete;
    echo& operator=(const echo&) = delete;
    ~echo() {
        for (const int end : {given_[0], given_[1], given_back_[0], given_back_[1]})
            ::close(end);
    }

    // In the process that is to become it. Returns if it cannot.
    void exec() const {
        ::dup2(given_[0], STDIN_FILENO);
        ::dup2(given_back_[1], STDOUT_FILENO);
        ::close(given_[1]);  // or it would never see its end
        ::execlp("cat", "cat", static_cast<char*>(nullptr));
    }

    void wait_until_it_runs() const {
        char byte = 'x';
        REQUIRE(::write(given_[1], &byte, 1) == 1);
        pollfd ready{given_back_[0], POLLIN, 0};
        REQUIRE(::poll(&ready, 1, 60'000) == 1);
        REQUIRE(::read(given_back_[0], &byte, 1) == 1);
    }

private:
    int given_[2];
    int given_back_[2];
};

}  // namespace

TEST_CASE("a started program does not keep the name of its killed parent") {
    const temporary_folder folder;
    const echo started;
    child parent([&]() -> std::string {
        const single_instance guard("name", in(folder));
        const pid_t grandchild = ::vfork();
        if (grandchild == 0) {
            started.exec();
            ::_exit(127);
        }
        child::say(std::to_string(grandchild));
        ::pause();
        return "woken";
    });
    const pid_t grandchild = std::stoi(parent.hear());
    started.wait_until_it_runs();
    parent.end(SIGKILL);
    CHECK(::kill(grandchild, 0) == 0);
    CHECK(ask("name", in(folder)) == "free");
}

TEST_CASE("after exec nothing of the guard is left") {
    const temporary_folder folder;
    const echo started;
    child parent([&]() -> std::string {
        const single_instance guard("name", in(folder));
        child::say(answer_of(guard));
        started.exec();
        return "no exec";
    });
    REQUIRE(parent.hear() == "free");
    CHECK(parent.hear() == "(nothing)");  // exec has closed the pipe
    started.wait_until_it_runs();
    CHECK(::kill(parent.pid(), 0) == 0);
    CHECK(ask("name", in(folder)) == "free");
}

TEST_CASE("a fork at any moment leaves no copy of the lock behind") {
    const temporary_folder folder;
    std::atomic<bool> enough{false};
    // Another thread takes and gives back the name while this one forks: a child that knew
    // nothing of a descriptor would keep the lock for as long as it lives.
    std::thread taker([&] {
        while (!enough.load(std::memory_order_relaxed)) {
            { const single_instance guard("name", in(folder)); }
            std::this_thread::yield();
        }
    });
    // In the child: whether a descriptor into the folder is open.
    const auto has_copy = [&] {
        for (int fd = 3; fd != 64; ++fd) {
            char link[64];
            char target[4096];
            std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            const ssize_t size = ::readlink(link, target, sizeof target);
            if (size > 0 &&
                std::string_view(target, static_cast<std::size_t>(size)).find(folder.path()) !=
                    std::string_view::npos)
                return true;
        }
        return false;
    };
    int copies = 0;
    for (int i = 0; i != forks; ++i) {
        const pid_t forked = ::fork();
        if (forked == 0) ::_exit(has_copy() ? 1 : 0);
        int how = 0;
        REQUIRE(::waitpid(forked, &how, 0) == forked);
        copies += how != 0;
    }
    enough.store(true, std::memory_order_relaxed);
    taker.join();
    CHECK(copies == 0);
}

TEST_CASE("what is written in the file decides nothing") {
    const temporary_folder folder;
    const auto plant = [&](const std::string& text) {
        std::ofstream(folder / "name.instance") << text;
    };
    // The pid of a living process, without a lock.
    plant(std::to_string(::getpid()) + " 1\n");
    CHECK(ask("name", in(folder)) == "free");
    for (const std::string text :
         {"", "-1 -1", "99999999999999999999999 7", "1 1", "\x01\xff", "x"}) {
        plant(text + std::string(100'000, 'x'));
        CHECK(ask("name", in(folder)) == "free");
    }
    // With a lock, and no pid of its holder: taken, and nobody is named.
    const single_instance guard("name", in(folder));
    plant("1 1\n");
    CHECK(ask("name", in(folder)) == "taken");
    plant("");
    CHECK(ask("name", in(folder)) == "taken");
}

TEST_CASE("a file deleted by hand is not mistaken for the next one's") {
    const temporary_folder folder;
    auto first = std::make_unique<single_instance>("name", in(folder));
    std::filesystem::remove(first->where());
    // Whoever deletes the file has let go of the guard's promise.
    const single_instance second("name", in(folder));
    CHECK_FALSE(second.already_running());
    first.reset();
    CHECK(std::filesystem::exists(second.where()));
    CHECK(ask("name", in(folder)) == taken_by(::getpid()));
}

TEST_CASE("there are never two holders while holders come and go and are killed") {
    // Each of them takes the name and gives it back without end; one after another is killed.
    constexpr int workers = 4;
    struct board {
        std::atomic<pid_t> inside;
        std::atomic<std::uint32_t> entries;
        std::atomic<std::uint32_t> two_holders;
        std::atomic<pid_t> killed[4096];
        std::atomic<std::uint32_t> kills;
    };
    void* const memory =
        ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    auto& all = *static_cast<board*>(memory);
    const temporary_folder folder;
    const auto was_killed = [&](pid_t pid) {
        for (std::uint32_t i = 0; i != all.kills.load(); ++i)
            if (all.killed[i].load() == pid) return true;
        return false;
    };
    const auto work = [&]() -> std::string {
        for (;;) {
            const single_instance guard("name", in(folder));
            if (guard.already_running()) continue;
            const pid_t before = all.inside.exchange(::getpid());
            if (before != 0 && !was_killed(before)) ++all.two_holders;
            ++all.entries;
            pid_t mine = ::getpid();
            if (!all.inside.compare_exchange_strong(mine, 0)) ++all.two_holders;
        }
    };
    std::vector<std::unique_ptr<child>> team;
    for (int i = 0; i != workers; ++i)
        team.push_back(std::make_unique<child>(work));
    std::mt19937 random(1);
    std::uint32_t kills = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while ((kills < 400 || all.entries.load() < 5000) && kills != std::size(all.killed) &&
           std::chrono::steady_clock::now() < end) {
        ::usleep(static_cast<useconds_t>(500 + random() % 3000));
        auto& victim = team[random() % workers];
        all.killed[kills].store(victim->pid());
        all.kills.store(++kills);
        victim = std::make_unique<child>(work);
    }
    team.clear();
    INFO(all.entries.load() << " entries, " << kills << " kills");
    CHECK(all.two_holders.load() == 0);
    // A busy machine may not get far in that time; this is no test at all.
    CHECK(all.entries.load() > 100);
    CHECK(kills > 20);
    CHECK(ask("name", in(folder)) == "free");
    ::munmap(memory, sizeof(board));
}
