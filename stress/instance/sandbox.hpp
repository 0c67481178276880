// SPDX-License-Identifier: MIT
// What the tests of single_instance play in: folders that go away, and children that do not stay.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace tally::sandbox {

[[noreturn]] inline void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A new folder /tmp/tally-instance-<pid>-XXXXXX, open to other users unless said otherwise, and
// removed when it ends. One that a killed test left is removed by the next.
class temporary_folder {
public:
    explicit temporary_folder(mode_t mode = 0700) {
        remove_dead();
        std::string pattern = std::string(prefix) + std::to_string(::getpid()) + "-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw_errno("mkdtemp " + pattern);
        path_ = pattern;
        if (::chmod(path_.c_str(), mode) != 0) throw_errno("chmod " + path_);
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    static constexpr const char* prefix = "/tmp/tally-instance-";

    static void remove_dead() {
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator("/tmp", ignored)) {
            const std::string path = entry.path();
            if (path.rfind(prefix, 0) != 0) continue;
            const pid_t owner = std::atoi(path.c_str() + std::string(prefix).size());
            if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH)
                std::filesystem::remove_all(path, ignored);
        }
    }

    std::string path_;
};

// A child that runs `body` and says what `body` returns. Ends with the object, or with the test.
class child {
public:
    explicit child(const std::function<std::string()>& body) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe");
        const pid_t parent = ::getpid();
        pid_ = ::fork();
        if (pid_ < 0) throw_errno("fork");
        if (pid_ == 0) {
            ::close(ends[0]);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != parent) ::_exit(1);
            out_ = ends[1];
            std::string said;
            try {
                said = body();
            } catch (const std::exception& error) {
                said = std::string("exception: ") + error.what();
            }
            say(said);
            ::_exit(0);
        }
        ::close(ends[1]);
        from_ = ends[0];
    }
    child(const child&) = delete;
    child& operator=(const child&) = delete;
    ~child() {
        end(SIGKILL);
        ::close(from_);
    }

    // Inside the body: one line to the parent, before the end.
    static void say(const std::string& line) {
        const std::string text = line + "\n";
        (void)!::write(out_, text.data(), text.size());
    }

    // The next line, or "(nothing)" when the child ends or says none within a minute.
    std::string hear() {
        std::string line;
        for (;;) {
            pollfd ready{from_, POLLIN, 0};
            if (::poll(&ready, 1, 60'000) != 1) return "(nothing)";
            char byte = 0;
            if (::read(from_, &byte, 1) != 1) return "(nothing)";
            if (byte == '\n') return line;
            line += byte;
        }
    }

    void end(int signal) {
        if (pid_ <= 0) return;
        ::kill(pid_, signal);
        ::waitpid(std::exchange(pid_, 0), nullptr, 0);
    }

    pid_t pid() const { return pid_; }

private:
    inline static int out_ = -1;
    pid_t pid_ = 0;
    int from_ = -1;
};

inline std::string in_child(const std::function<std::string()>& body) { return child(body).hear(); }

// For the body of a child: another user from here on.
inline void become(uid_t uid) {
    if (::setgid(uid) != 0 || ::setuid(uid) != 0) throw_errno("setuid");
    // Changing the user clears it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

}  // namespace tally::sandbox
