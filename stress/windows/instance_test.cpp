// SPDX-License-Identifier: MIT
// single_instance and win32_mutex on Windows, with processes that are started and terminated.
//
//   tally-instance-windows-test <case> <path of tally-instance.exe>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "locks/process/single_instance.hpp"
#include "locks/windows/win32_mutex.hpp"
#include "machines/native.hpp"
#include "stress/instance/answer.hpp"

namespace {

using tally::ask;
using tally::instance_options;
using tally::instance_scope;
using tally::single_instance;
using mutex = tally::win32_mutex<tally::native<tally::waiting::park>>;

const std::string running = "Another instance of this program is already running";
const std::string none = "No other instance is running, can continue here";

int failures = 0;

void check_equal(const std::string& seen, const std::string& wanted, const char* what) {
    if (seen == wanted) return;
    ++failures;
    std::printf("FAILED: %s: '%s', not '%s'\n", what, seen.c_str(), wanted.c_str());
}

void check(bool holds, const char* what) { check_equal(holds ? "so" : "not so", "so", what); }

using owned = tally::instance::owned_handle;

// A started program, whose output can be read. Terminated when it ends.
class process {
public:
    explicit process(const std::string& command, bool suspended = false) {
        SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
        HANDLE from = nullptr;
        HANDLE to = nullptr;
        if (!::CreatePipe(&from, &to, &inheritable, 0)) fail("CreatePipe");
        from_.reset(from);
        const owned to_child(to);
        ::SetHandleInformation(from, HANDLE_FLAG_INHERIT, 0);
        STARTUPINFOA start{};
        start.cb = sizeof start;
        start.dwFlags = STARTF_USESTDHANDLES;
        start.hStdOutput = start.hStdError = to;
        PROCESS_INFORMATION made{};
        std::string line = command;
        if (!::CreateProcessA(nullptr, line.data(), nullptr, nullptr, TRUE,
                              suspended ? CREATE_SUSPENDED : 0, nullptr, nullptr, &start, &made))
            fail("CreateProcess");
        process_.reset(made.hProcess);
        thread_.reset(made.hThread);
        pid_ = made.dwProcessId;
    }
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process() { terminate(); }

    void resume() { ::ResumeThread(thread_.get()); }
    DWORD pid() const { return pid_; }

    std::string line() {
        std::string text;
        char byte = 0;
        DWORD got = 0;
        while (::ReadFile(from_.get(), &byte, 1, &got, nullptr) && got == 1 && byte != '\n')
            if (byte != '\r') text += byte;
        return text;
    }

    // Its exit status, or STILL_ACTIVE after that time.
    DWORD status(DWORD within_ms) {
        ::WaitForSingleObject(process_.get(), within_ms);
        DWORD code = STILL_ACTIVE;
        ::GetExitCodeProcess(process_.get(), &code);
        return code;
    }

    void terminate() {
        ::TerminateProcess(process_.get(), 9);
        ::WaitForSingleObject(process_.get(), 10'000);
    }

private:
    static void fail(const char* what) {
        throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(), what);
    }

    owned process_;
    owned thread_;
    owned from_;
    DWORD pid_ = 0;
};

std::string by(DWORD pid) { return running + " (pid " + std::to_string(pid) + ")"; }

// A name that no other run uses.
std::string fresh(const char* what) {
    return std::string("tally-test-") + what + "-" + std::to_string(::GetCurrentProcessId());
}

void two_copies(const std::string& program) {
    const std::string command = program + " --for 60s --name " + fresh("two");
    process first(command);
    check_equal(first.line(), none, "the first copy");
    process second(command);
    check_equal(second.line(), by(first.pid()), "the second copy");
    check(second.status(10'000) == 0, "the second copy exits 0");
    check(first.status(0) == STILL_ACTIVE, "the first copy goes on");
    first.terminate();
    process third(command);
    check_equal(third.line(), none, "the third copy, after the first was terminated");
}

void twenty_starts(const std::string& program) {
    constexpr int starts = 20;
    for (int round = 0; round != 10; ++round) {
        const std::string command = program + " --for 60s --name " + fresh("twenty");
        std::vector<std::unique_ptr<process>> copies;
        for (int i = 0; i != starts; ++i)
            copies.push_back(std::make_unique<process>(command, true));
        for (auto& copy : copies)
            copy->resume();
        std::map<std::string, int> said;
        DWORD winner = 0;
        for (auto& copy : copies) {
            const std::string line = copy->line();
            ++said[line];
            if (line == none) winner = copy->pid();
        }
        check(said[none] == 1, "exactly one of twenty starts wins");
        check(said[by(winner)] == starts - 1, "nineteen are told who it was");
    }
}

void guard_rules(const std::string&) {
    const std::string name = fresh("rules");
    const instance_options machine_wide{.scope = instance_scope::machine_wide};
    const std::string mine = "taken by " + std::to_string(::GetCurrentProcessId());
    {
        single_instance guard(name);
        check(!guard.already_running(), "the first holds");
        check_equal(ask(name, {}), mine, "the second");
        check_equal(ask(name, {}), mine, "asking does not end the hold");
        check_equal(ask(name, machine_wide), "free", "the other scope is another name");
        std::thread([moved = std::move(guard), &name, &mine] {
            check(!moved.already_running(), "the hold moves to another thread");
            check_equal(ask(name, {}), mine, "while it lives there");
        }).join();
        check_equal(ask(name, {}), "free", "when the thread that had it has ended");
    }
    {
        const single_instance guard(name, machine_wide);
        check_equal(guard.where(), "Global\\" + name, "where a machine-wide one is");
        check_equal(ask(name, machine_wide), mine, "the second on the machine");
    }
    check_equal(ask(name, machine_wide), "free", "after the end");
    const auto refused = [](const std::string& bad, const char* why) {
        const std::string said = ask(bad, {});
        check(said.find("bad_name: ") == 0 && said.find(why) != std::string::npos, why);
    };
    refused("", "is empty");
    refused(std::string(201, 'n'), "201 bytes");
    refused("a/b", "has a '/'");
    refused("Global\\b", "has a '\\'");
    refused("a\nb", "control character");
    refused("\xff", "not UTF-8");
    check_equal(ask("n\xc3\xa4me", {}), "free", "a name beyond ASCII");
    // An event has the name already.
    const std::wstring wide = L"Local\\" + std::wstring(name.begin(), name.end());
    const owned event(::CreateEventW(nullptr, TRUE, FALSE, wide.c_str()));
    check(ask(name, {}).find("not_a_lock_file: another kind of object") == 0,
          "another object under the name is said");
}

// Takes the mutex, says so, and is terminated while it holds it.
void hold_mutex(const std::string& name) {
    mutex held(std::wstring(name.begin(), name.end()).c_str());
    mutex::node mine;
    held.lock(mine);
    std::printf("held\n");
    std::fflush(stdout);
    ::Sleep(60'000);
}

void abandoned(const std::string&) {
    char self[MAX_PATH];
    ::GetModuleFileNameA(nullptr, self, sizeof self);
    const std::string name = "Local\\" + fresh("mutex");
    mutex shared(std::wstring(name.begin(), name.end()).c_str());
    mutex::node mine;
    process owner(std::string(self) + " hold-mutex " + name);
    check_equal(owner.line(), "held", "the owner");
    check(!shared.try_lock(mine), "the owner keeps others out");
    owner.terminate();
    shared.lock(mine);
    check(shared.previous_owner_died(), "the next owner is told that the process died");
    shared.unlock(mine);
    shared.lock(mine);
    check(!shared.previous_owner_died(), "and the one after it is not");
    shared.unlock(mine);
    std::thread([&] {
        mutex::node theirs;
        shared.lock(theirs);
    }).join();
    shared.lock(mine);
    check(shared.previous_owner_died(), "the next owner is told that the thread ended");
    shared.unlock(mine);
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, void (*)(const std::string&)> cases{
        {"two-copies", two_copies}, {"twenty-starts", twenty_starts}, {"guard-rules", guard_rules},
        {"abandoned", abandoned},   {"hold-mutex", hold_mutex},
    };
    const auto found = cases.find(argc == 3 ? argv[1] : "");
    if (found == cases.end()) {
        std::fprintf(stderr, "usage: tally-instance-windows-test <case> <tally-instance.exe>\n");
        return 2;
    }
    try {
        found->second(argv[2]);
    } catch (const std::exception& error) {
        std::printf("FAILED: exception: %s\n", error.what());
        return 1;
    }
    std::printf("%s: %d failures\n", argv[1], failures);
    return failures == 0 ? 0 : 1;
}
