// SPDX-License-Identifier: MIT
// The POSIX half of single_instance: an exclusive flock(2) on a file of that name.
//
// Why flock, of the three kinds of advisory lock:
//   fcntl  belongs to the process, but any close() of any descriptor of the file drops it, also
//          one made in a library that knows nothing of it; and two guards in one process both win.
//   OFD    belongs to the open file, as flock does. It wants Linux 3.15 or a POSIX of 2024, and
//          it is a byte range: one more thing to agree on.
//   flock  belongs to the open file; BSD, macOS and Linux have it. systemd-tmpfiles leaves a file
//          alone on which one is held (tmpfiles.d(5), "Age").
// What belongs to an open file is shared by the descriptors that fork() copies, and would outlive
// a killed parent in its child. So the children close their copies: see `holds` below.
//
// Where: per user in $XDG_RUNTIME_DIR, else /run/user/<uid> (the same folder, for a process that
// was started without the variable), else /tmp/single_instance-<uid>; machine-wide in /run/lock
// or /tmp, whichever is first root's and sticky. The folder is opened once and checked by its
// descriptor; the file is opened within it, follows no link, and must be a regular file with one
// name.
//
// The file goes when the holder ends its guard: it is unlinked while the lock is held. So whoever
// gets the lock looks whether the name still means the file that was locked, and starts over if
// not. A holder that was killed leaves the file: a few bytes that mean nothing without the lock.
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>

#include "locks/process/single_instance.hpp"

namespace tally::instance {

// Closes when it ends. close() is not tried again after EINTR: on Linux the descriptor is gone.
class descriptor {
public:
    explicit descriptor(int fd = -1) noexcept : fd_(fd) {}
    descriptor(descriptor&& from) noexcept : fd_(std::exchange(from.fd_, -1)) {}
    descriptor& operator=(descriptor&& from) noexcept {
        std::swap(fd_, from.fd_);
        return *this;
    }
    ~descriptor() { close(); }

    int get() const noexcept { return fd_; }
    bool open() const noexcept { return fd_ >= 0; }
    void close() noexcept {
        if (open()) ::close(std::exchange(fd_, -1));
    }

private:
    int fd_;
};

[[noreturn]] inline void fail(instance_problem problem, const std::string& sentence) {
    throw instance_error(problem, sentence);
}

// With the system's word for it. `code` is errno as it was.
[[noreturn]] inline void fail(instance_problem problem, const std::string& sentence, int code) {
    throw instance_error(problem, sentence + ": " + std::strerror(code), code);
}

inline std::string user(uid_t uid) { return "user " + std::to_string(uid); }

// The folder

struct folder {
    std::string path = {};
    descriptor fd = descriptor();
};

// Others must not be able to put a file under our name, nor to take ours away: either nobody
// else may write there, or the folder is sticky and root's or ours.
inline void check_folder(const folder& in, instance_scope scope) {
    struct stat is {};
    if (::fstat(in.fd.get(), &is) != 0)
        fail(instance_problem::no_folder, "cannot look at the folder " + in.path, errno);
    const uid_t me = ::geteuid();
    const bool others_write = (is.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (scope == instance_scope::per_user) {
        if (is.st_uid != me)
            fail(instance_problem::squatted, "the folder " + in.path + " belongs to " +
                                                 user(is.st_uid) + " and not to you (" + user(me) +
                                                 "): another user has taken its name, or it was "
                                                 "meant for another user");
        if (others_write)
            fail(instance_problem::unsafe_folder,
                 "others may write to the folder " + in.path + ": chmod it to 700");
        return;
    }
    if (is.st_uid != 0 && is.st_uid != me)
        fail(instance_problem::squatted, "the folder " + in.path + " belongs to " +
                                             user(is.st_uid) +
                                             ", who could take the lock file away: use one of "
                                             "root's");
    if (others_write && (is.st_mode & S_ISVTX) == 0)
        fail(instance_problem::unsafe_folder, "others may delete files in the folder " + in.path +
                                                  ": it is writable and not sticky");
}

inline folder open_folder(const std::string& path, instance_scope scope, int flags = 0) {
    folder opened{path,
                  descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags))};
    if (!opened.fd.open()) {
        const int code = errno;
        struct stat is {};
        if (flags != 0 && ::lstat(path.c_str(), &is) == 0 && S_ISLNK(is.st_mode))
            fail(instance_problem::squatted, path + " is a symbolic link of " + user(is.st_uid) +
                                                 " where a folder of yours should be: somebody "
                                                 "has taken its name");
        fail(instance_problem::no_folder, "cannot open the folder " + path, code);
    }
    check_folder(opened, scope);
    return opened;
}

inline const char* trusted_environment(const char* name) noexcept {
#if defined(__GLIBC__)
    return ::secure_getenv(name);  // nothing for a set-user-id program
#else
    return ::getuid() == ::geteuid() ? std::getenv(name) : nullptr;
#endif
}

inline folder folder_of_user() {
    const char* const runtime = trusted_environment("XDG_RUNTIME_DIR");
    // "All paths must be absolute"; a relative one is to be ignored (basedir-spec).
    if (runtime != nullptr && runtime[0] == '/')
        return open_folder(runtime, instance_scope::per_user);
    const std::string uid = std::to_string(::geteuid());
    const std::string session = "/run/user/" + uid;
    struct stat is {};
    if (::stat(session.c_str(), &is) == 0 && is.st_uid == ::geteuid())
        return open_folder(session, instance_scope::per_user);
    const std::string own = "/tmp/single_instance-" + uid;
    if (::mkdir(own.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        fail(errno == EROFS ? instance_problem::read_only : instance_problem::folder_not_writable,
             "cannot make the folder " + own, errno);
    return open_folder(own, instance_scope::per_user, O_NOFOLLOW);
}

// The first that is root's, writable for all and sticky: which one that is must not depend on
// who asks, or two users would ask in two places.
inline folder folder_of_machine() {
    for (const char* path : {"/run/lock", "/tmp"}) {
        struct stat is {};
        const mode_t shared = S_ISVTX | S_IRWXU | S_IRWXG | S_IRWXO;
        if (::stat(path, &is) == 0 && is.st_uid == 0 && (is.st_mode & 07777U) == shared)
            return open_folder(path, instance_scope::machine_wide);
    }
    fail(instance_problem::no_folder,
         "neither /run/lock nor /tmp is root's and sticky (mode 1777): give a folder");
}

inline folder folder_for(const instance_options& options) {
    if (!options.folder.empty()) return open_folder(options.folder, options.scope);
    return options.scope == instance_scope::per_user ? folder_of_user() : folder_of_machine();
}

// Who holds: "<pid> <start>\n" in the file. The start time tells a process from a later one with
// the same pid, so that what a killed holder left is not shown as the holder.

// Clock ticks since boot at which the process started; 0 where that cannot be told.
inline std::uint64_t start_of([[maybe_unused]] std::uint64_t pid) noexcept {
#if defined(__linux__)
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%llu/stat", static_cast<unsigned long long>(pid));
    const descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
    char text[1024];
    const ssize_t size = file.open() ? ::read(file.get(), text, sizeof text - 1) : -1;
    if (size <= 0) return 0;
    text[size] = '\0';
    // Field 2 is the program's name in brackets, and may hold anything. Field 22 is ours.
    const char* at = std::strrchr(text, ')');
    for (int field = 2; at != nullptr && field != 22; ++field)
        at = std::strchr(at + 1, ' ');
    return at != nullptr ? std::strtoull(at, nullptr, 10) : 0;
#else
    return 0;
#endif
}

struct record {
    std::uint64_t pid = 0;
    std::uint64_t start = 0;

    static record of_this_process() noexcept {
        const auto pid = static_cast<std::uint64_t>(::getpid());
        return {pid, start_of(pid)};
    }
    bool lives() const noexcept {
#if defined(__linux__)
        return pid != 0 && start != 0 && start_of(pid) == start;
#else
        return pid != 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
#endif
    }
};

// A failure (a full disk) costs the message its pid, no more.
inline void write_record(int fd, const record& who) noexcept {
    char text[64];
    const int size =
        std::snprintf(text, sizeof text, "%llu %llu\n", static_cast<unsigned long long>(who.pid),
                      static_cast<unsigned long long>(who.start));
    if (::ftruncate(fd, 0) == 0) (void)!::pwrite(fd, text, static_cast<std::size_t>(size), 0);
}

// Anybody may have written there: a number is read, and nothing is believed of it but that.
inline record read_record(int fd) noexcept {
    char text[64];
    const ssize_t size = ::pread(fd, text, sizeof text - 1, 0);
    if (size <= 0) return {};
    text[size] = '\0';
    char* after = text;
    record who;
    who.pid = std::strtoull(text, &after, 10);
    who.start = std::strtoull(after, nullptr, 10);
    return who;
}

// The lock

// What one guard has: a file it holds, or the file that somebody else holds.
struct hold {
    folder in = {};
    std::string file = {};
    descriptor fd = descriptor();
    struct stat is = {};  // the file that was opened
    bool held = false;
    record owner = {};
    hold* before = nullptr;
    hold* after = nullptr;

    void close() noexcept {
        fd.close();
        in.fd.close();
    }
};

// All holds of this process, so that a forked child can close its copies. The mutex is held
// from the open() to the entry in the list and across every fork(): no child gets a descriptor
// that it does not know of. (Only fork() itself calls its handlers: a child of a bare clone(2) or
// vfork() keeps the lock until it execs or ends.)
class holds {
public:
    class locked {
    public:
        locked() { ::pthread_mutex_lock(&mutex_); }
        ~locked() { ::pthread_mutex_unlock(&mutex_); }
        locked(const locked&) = delete;
        locked& operator=(const locked&) = delete;
    };

    // Both with `locked`.
    static void enter(hold& one) {
        static const int registered = ::pthread_atfork(before_fork, in_parent, in_child);
        if (registered != 0) fail(instance_problem::system, "cannot watch for forks", registered);
        one.after = first_;
        if (first_ != nullptr) first_->before = &one;
        first_ = &one;
    }
    static void leave(hold& one) noexcept {
        if (one.before != nullptr) one.before->after = one.after;
        if (one.after != nullptr) one.after->before = one.before;
        if (first_ == &one) first_ = one.after;
    }

private:
    static void before_fork() { ::pthread_mutex_lock(&mutex_); }
    static void in_parent() { ::pthread_mutex_unlock(&mutex_); }
    // Closed, not unlocked: LOCK_UN would end the lock for the parent too.
    static void in_child() {
        for (hold* one = first_; one != nullptr; one = one->after) {
            one->held = false;
            one->close();
        }
        ::pthread_mutex_unlock(&mutex_);
    }

    inline static pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
    inline static hold* first_ = nullptr;
};

class claim {
public:
    claim(std::string_view name, const instance_options& options)
        : hold_(std::make_unique<hold>()) {
        hold_->file = std::string(name) + ".instance";
        const holds::locked until_taken;
        holds::enter(*hold_);
        try {
            hold_->in = folder_for(options);
            take(options.scope);
        } catch (...) {
            end();
            throw;
        }
    }
    claim(claim&&) noexcept = default;
    claim& operator=(claim&& from) noexcept {
        std::swap(hold_, from.hold_);
        return *this;
    }
    ~claim() {
        if (!hold_) return;
        const holds::locked until_left;
        // Unlinked while it is locked, and only while the name still means this file.
        if (hold_->held && named_still()) ::unlinkat(hold_->in.fd.get(), hold_->file.c_str(), 0);
        end();
    }

    bool held() const noexcept { return hold_ && hold_->held; }
    std::string where() const { return hold_ ? hold_->in.path + "/" + hold_->file : std::string(); }

    std::optional<instance_holder> holder() const {
        if (!hold_) return {};
        // A holder writes its pid just after it got the lock, and may lose its CPU in between.
        timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
        for (const auto until = now.tv_sec + longest_wait_s; now.tv_sec <= until;
             ::clock_gettime(CLOCK_MONOTONIC, &now)) {
            const record who = hold_->owner.pid != 0 ? hold_->owner : read_record(hold_->fd.get());
            if (who.lives()) return instance_holder{who.pid, foreign_user_of(who.pid)};
            if (hold_->owner.pid != 0 || !hold_->fd.open()) break;
            const timespec moment{0, 2'000'000};
            ::nanosleep(&moment, nullptr);
        }
        return {};
    }

private:
    static constexpr int longest_wait_s = 1;  // and up to a second more: whole ones are counted

    // Before the mutex is given back: a fork() may be waiting for it.
    void end() noexcept {
        hold_->close();
        holds::leave(*hold_);
    }

    void take(instance_scope scope) {
        int refused = 0;
        for (int attempt = 0; attempt != 10'000; ++attempt) {
            if (!open_file(scope, refused)) continue;
            const bool locked = lock_file();
            // The holder before may have unlinked the file since we opened it: then neither our
            // lock nor somebody else's on it means anything.
            if (!named_still()) continue;
            if (!locked) return;  // somebody else holds it
            // Whoever owns the file may take it away. Root need not put up with that.
            if (hold_->is.st_uid != ::geteuid() && ::geteuid() == 0 &&
                ::unlinkat(hold_->in.fd.get(), hold_->file.c_str(), 0) == 0)
                continue;
            hold_->held = true;
            hold_->owner = record::of_this_process();
            write_record(hold_->fd.get(), hold_->owner);
            return;
        }
        fail(instance_problem::system,
             where() + " keeps changing: somebody makes and deletes it without end");
    }

    // False: try again. `refused` counts the tries that permissions refused.
    bool open_file(instance_scope scope, int& refused) {
        const bool shared = scope == instance_scope::machine_wide;
        // The sticky bit on a file in $XDG_RUNTIME_DIR asks cleaners to leave it (basedir-spec).
        const mode_t mode = shared ? 0666 : S_ISVTX | 0600;
        const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
        const int in = hold_->in.fd.get();
        // Never O_CREAT on what exists: in a sticky folder the kernel refuses that for a file of
        // somebody else's (fs.protected_regular), and it is refused here by who owns it.
        hold_->fd = descriptor(::openat(in, hold_->file.c_str(), flags));
        if (!hold_->fd.open() && errno == EACCES && shared && ++refused < 50) {
            // A file that another user makes this moment is closed to us until its fchmod.
            const timespec moment{0, 2'000'000};
            ::nanosleep(&moment, nullptr);
            return false;
        }
        if (!hold_->fd.open() && errno == ENOENT) {
            hold_->fd = descriptor(
                ::openat(in, hold_->file.c_str(), flags | O_CREAT | O_EXCL, mode & 0777U));
            if (!hold_->fd.open() && errno == EEXIST) return false;
            // Past the umask. Where the sticky bit is not for files the rest is set.
            if (hold_->fd.open() && ::fchmod(hold_->fd.get(), mode) != 0)
                (void)!::fchmod(hold_->fd.get(), mode & 0777U);
        }
        if (!hold_->fd.open()) refuse_unopened(errno);
        if (::fstat(hold_->fd.get(), &hold_->is) != 0)
            fail(instance_problem::system, "cannot look at " + where(), errno);
        if (hold_->is.st_nlink == 0) return false;
        refuse_unfit(scope);
        return true;
    }

    [[noreturn]] void refuse_unopened(int code) const {
        struct stat is {};
        const bool exists =
            ::fstatat(hold_->in.fd.get(), hold_->file.c_str(), &is, AT_SYMLINK_NOFOLLOW) == 0;
        if (exists && S_ISLNK(is.st_mode))
            fail(instance_problem::not_a_lock_file, where() + " is a symbolic link (made by " +
                                                        user(is.st_uid) +
                                                        "): it is not followed; remove it");
        if (exists && !S_ISREG(is.st_mode))
            fail(instance_problem::not_a_lock_file,
                 where() + " is not a regular file (made by " + user(is.st_uid) + "): remove it");
        if (code == EROFS) fail(instance_problem::read_only, "cannot write " + where(), code);
        if ((code == EACCES || code == EPERM) && exists && is.st_uid != ::geteuid())
            fail(instance_problem::squatted,
                 where() + " belongs to " + user(is.st_uid) +
                     " and is closed to you: another user has taken this name");
        if (code == EACCES || code == EPERM)
            fail(instance_problem::folder_not_writable,
                 exists ? "cannot open " + where() : "cannot make a file in " + hold_->in.path,
                 code);
        if (code == ENAMETOOLONG)
            fail(instance_problem::bad_name,
                 "the name of an instance is too long for the file system of " + hold_->in.path,
                 code);
        fail(instance_problem::system, "cannot open " + where(), code);
    }

    void refuse_unfit(instance_scope scope) const {
        const struct stat& is = hold_->is;
        if (!S_ISREG(is.st_mode))
            fail(instance_problem::not_a_lock_file,
                 where() + " is not a regular file (made by " + user(is.st_uid) + "): remove it");
        if (is.st_nlink != 1)
            fail(instance_problem::not_a_lock_file,
                 where() +
                     " is another file's second name (a hard link): it is not written to; "
                     "remove it");
        if (scope == instance_scope::per_user && is.st_uid != ::geteuid())
            fail(instance_problem::squatted,
                 where() + " belongs to " + user(is.st_uid) +
                     " and not to you: another user has put it there; remove it");
    }

    // False: somebody else has it.
    bool lock_file() const {
        while (::flock(hold_->fd.get(), LOCK_EX | LOCK_NB) != 0) {
            const int code = errno;
            if (code == EINTR) continue;
            if (code == EWOULDBLOCK) return false;
            if (code == ENOLCK || code == EOPNOTSUPP || code == ENOTSUP || code == ENOSYS ||
                code == EINVAL)
                fail(instance_problem::no_locks,
                     "the file system of " + hold_->in.path +
                         " has no locks (flock): give a folder on a local one",
                     code);
            fail(instance_problem::system, "cannot lock " + where(), code);
        }
        return true;
    }

    bool named_still() const noexcept {
        struct stat now {};
        return ::fstatat(hold_->in.fd.get(), hold_->file.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 &&
               now.st_dev == hold_->is.st_dev && now.st_ino == hold_->is.st_ino;
    }

    static std::optional<std::uint64_t> foreign_user_of([[maybe_unused]] std::uint64_t pid) {
#if defined(__linux__)
        struct stat is {};
        const std::string path = "/proc/" + std::to_string(pid);
        if (::stat(path.c_str(), &is) == 0 && is.st_uid != ::geteuid()) return is.st_uid;
#endif
        return {};
    }

    std::unique_ptr<hold> hold_;
};

}  // namespace tally::instance
