// SPDX-License-Identifier: MIT
// Hostile surroundings of single_instance: each gets one clear sentence, and nothing is broken.
//
// Other users are played by children that change their user, and other file systems are mounted
// where only the child sees them. Both want root; without it those tests say so and are skipped.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <cstddef>
#include <fstream>
#include <sstream>

#include "kit/catch2.hpp"
#include "stress/instance/answer.hpp"
#include "stress/instance/sandbox.hpp"

using tally::answer_of;
using tally::ask;
using tally::instance_options;
using tally::instance_scope;
using tally::single_instance;
using tally::sandbox::become;
using tally::sandbox::child;
using tally::sandbox::in_child;
using tally::sandbox::temporary_folder;
using tally::sandbox::throw_errno;

// CTest shows a test that prints this as skipped (see CMakeLists.txt).
#define SKIP_UNLESS_ROOT()                                                                      \
    if (::geteuid() != 0) {                                                                     \
        WARN("tally skips this test: it plays other users, and only root can change its user"); \
        return;                                                                                 \
    }

namespace {

constexpr uid_t alice = 64001;
constexpr uid_t bob = 64002;

instance_options in(const std::string& folder) { return {.folder = folder}; }
instance_options machine_wide_in(const std::string& folder) {
    return {.scope = instance_scope::machine_wide, .folder = folder};
}

void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string read_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

void give(const std::string& path, uid_t user) {
    if (::lchown(path.c_str(), user, user) != 0) throw_errno("chown " + path);
}

// A folder like /tmp: root's, for all, sticky.
struct shared_folder : temporary_folder {
    shared_folder() : temporary_folder(01777) {}
};

// For the body of a child: mounts of its own from here on. Throws where that is refused.
void leave_mounts() {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        throw_errno("no mounts");
}

void mount_tmpfs(const std::string& at, const char* options, unsigned long flags = 0) {
    if (::mount("tmpfs", at.c_str(), "tmpfs", flags, options) != 0) throw_errno("no mounts");
}

// A container may have root and refuse mounts.
bool skipped_without_mounts(const std::string& said) {
    if (said.find("exception: no mounts") != 0) return false;
    WARN("tally skips this test: mounting a file system is refused here (" << said << ")");
    return true;
}

// For the body of a child: the system call fails with this code from here on.
void break_call(unsigned call, unsigned code) {
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        throw_errno("no seccomp");
}

}  // namespace

// Names

TEST_CASE("a name that cannot be used is refused in one sentence") {
    const temporary_folder folder;
    const auto why = [&](const std::string& name) { return ask(name, in(folder.path())); };
    CHECK(why("") == "bad_name: the name of an instance is empty: give it at least one character");
    CHECK(why(std::string(201, 'n')) ==
          "bad_name: the name of an instance has 201 bytes: at most 200 are allowed");
    CHECK(why("a/b") ==
          "bad_name: the name of an instance has a '/' in it: it is a name and not a path");
    CHECK(why("a\\b") ==
          "bad_name: the name of an instance has a '\\' in it: it is a name and not a path");
    CHECK_THAT(why("a\nb"), ContainsSubstring("bad_name: ") && ContainsSubstring("control"));
    CHECK_THAT(why(std::string("a\0b", 3)), ContainsSubstring("control character"));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(why(std::string(200, 'n')) == "free");
    CHECK(why("..") == "free");  // "...instance": no path
    CHECK(why("n\xc3\xa4me with spaces") == "free");
    CHECK(std::filesystem::is_empty(folder.path()));
}

// The folder

TEST_CASE("a folder that is not there is said") {
    const temporary_folder folder;
    CHECK(ask("name", in(folder / "none")) ==
          "no_folder: cannot open the folder " + (folder / "none") + ": No such file or directory");
    write_file(folder / "file", "");
    CHECK_THAT(ask("name", in(folder / "file")), ContainsSubstring("no_folder: "));
}

TEST_CASE("a folder that cannot be written is said") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder(0500);
    give(folder.path(), alice);
    CHECK(in_child([&] {
              become(alice);
              return ask("name", in(folder.path()));
          }) ==
          "folder_not_writable: cannot make a file in " + folder.path() + ": Permission denied");
}

TEST_CASE("a machine-wide folder that cannot be written is said") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder(0755);
    CHECK_THAT(in_child([&] {
                   become(alice);
                   return ask("name", machine_wide_in(folder.path()));
               }),
               ContainsSubstring("folder_not_writable: "));
}

TEST_CASE("another user's folder is not used") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder(0777);
    give(folder.path(), bob);
    const std::string said = in_child([&] {
        become(alice);
        return ask("name", in(folder.path()));
    });
    CHECK_THAT(said, ContainsSubstring("squatted: the folder " + folder.path() +
                                       " belongs to user 64002 and not to you (user 64001)"));
    CHECK_THAT(ask("name", in(folder.path())), ContainsSubstring("squatted: "));
    CHECK_THAT(ask("name", machine_wide_in(folder.path())), ContainsSubstring("squatted: "));
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a folder where others can put files is not used") {
    for (const mode_t mode : {0777U, 0770U, 01777U}) {
        const temporary_folder folder(mode);
        CHECK_THAT(ask("name", in(folder.path())), ContainsSubstring("unsafe_folder: "));
        CHECK(std::filesystem::is_empty(folder.path()));
    }
    const temporary_folder not_sticky(0777);
    CHECK_THAT(ask("name", machine_wide_in(not_sticky.path())),
               ContainsSubstring("unsafe_folder: "));
}

// $XDG_RUNTIME_DIR, and the folders without it

TEST_CASE("the user's runtime folder is used and must be the user's") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder;
    const temporary_folder outside(0755);
    CHECK(in_child([&] {
              ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
              return single_instance("name").where();
          }) == folder / "name.instance");
    // As after `su` that kept the variable.
    give(outside.path(), bob);
    CHECK_THAT(in_child([&] {
                   become(alice);
                   ::setenv("XDG_RUNTIME_DIR", outside.path().c_str(), 1);
                   return ask("name", {});
               }),
               ContainsSubstring("squatted: ") && ContainsSubstring("meant for another user"));
    CHECK_THAT(in_child([&] {
                   ::setenv("XDG_RUNTIME_DIR", (folder / "gone").c_str(), 1);
                   return ask("name", {});
               }),
               ContainsSubstring("no_folder: "));
}

TEST_CASE("without a runtime folder a private one in tmp is made and a squatted one refused") {
    SKIP_UNLESS_ROOT();
    const auto with_own_tmp = [](const std::function<void(const std::string&)>& before) {
        return in_child([&] {
            leave_mounts();
            mount_tmpfs("/tmp", "mode=1777,size=64k");
            ::unsetenv("XDG_RUNTIME_DIR");
            const std::string own = "/tmp/single_instance-" + std::to_string(alice);
            before(own);
            become(alice);
            const std::string said = ask("name", {});
            struct stat is {};
            if (said == "free" && (::stat(own.c_str(), &is) != 0 || is.st_uid != alice ||
                                   (is.st_mode & 07777U) != 0700))
                return std::string("not private");
            return said;
        });
    };
    const std::string free = with_own_tmp([](const std::string&) {});
    if (skipped_without_mounts(free)) return;
    CHECK(free == "free");
    CHECK_THAT(with_own_tmp([](const std::string& own) {
                   if (::mkdir(own.c_str(), 0777) != 0) throw_errno("mkdir");
                   ::chmod(own.c_str(), 0777);
                   give(own, bob);
               }),
               ContainsSubstring("squatted: ") && ContainsSubstring("belongs to user 64002"));
    CHECK_THAT(
        with_own_tmp([](const std::string& own) {
            if (::mkdir("/tmp/bait", 0700) != 0) throw_errno("mkdir");
            give("/tmp/bait", alice);
            if (::symlink("/tmp/bait", own.c_str()) != 0) throw_errno("symlink");
            give(own, bob);
        }),
        ContainsSubstring("squatted: ") && ContainsSubstring("a symbolic link of user 64002"));
}

// What stands in the file's place

TEST_CASE("a lock file that belongs to somebody else is not used") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder;
    const std::string file = folder / "name.instance";
    write_file(file, "theirs");
    give(file, bob);
    // Root could open it.
    CHECK(ask("name", in(folder.path())) ==
          "squatted: " + file +
              " belongs to user 64002 and not to you: another user has put it there; remove it");
    give(folder.path(), alice);
    ::chmod(file.c_str(), 0600);
    CHECK_THAT(in_child([&] {
                   become(alice);
                   return ask("name", in(folder.path()));
               }),
               ContainsSubstring("squatted: ") && ContainsSubstring("belongs to user 64002"));
    CHECK(read_file(file) == "theirs");
}

TEST_CASE("a symbolic link in its place is not followed") {
    const temporary_folder folder;
    const std::string file = folder / "name.instance";
    const std::string target = folder / "target";
    REQUIRE(::symlink(target.c_str(), file.c_str()) == 0);
    CHECK_THAT(ask("name", in(folder.path())),
               ContainsSubstring("not_a_lock_file: " + file + " is a symbolic link"));
    CHECK_FALSE(std::filesystem::exists(target));
    write_file(target, "precious");
    CHECK_THAT(ask("name", in(folder.path())), ContainsSubstring("is a symbolic link"));
    CHECK(read_file(target) == "precious");
}

TEST_CASE("a hard link in its place is not written to") {
    const temporary_folder folder;
    const std::string target = folder / "target";
    write_file(target, "precious");
    REQUIRE(::link(target.c_str(), (folder / "name.instance").c_str()) == 0);
    CHECK_THAT(ask("name", in(folder.path())),
               ContainsSubstring("not_a_lock_file: ") && ContainsSubstring("hard link"));
    CHECK(read_file(target) == "precious");
}

TEST_CASE("a pipe or a folder or a socket in its place is said and does not block") {
    const temporary_folder folder;
    const std::string file = folder / "name.instance";
    const auto refused = [&] {
        return ask("name", in(folder.path()))
                   .find("not_a_lock_file: " + file + " is not a regular file") == 0;
    };
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK(refused());
    std::filesystem::remove(file);
    REQUIRE(::mkdir(file.c_str(), 0700) == 0);
    CHECK(refused());
    std::filesystem::remove(file);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    file.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(refused());
    ::close(socket);
}

// Machine-wide, among several users

TEST_CASE("machine-wide one user's instance is another user's running one") {
    SKIP_UNLESS_ROOT();
    const shared_folder folder;
    child first([&]() -> std::string {
        ::umask(077);  // must not matter
        become(bob);
        const single_instance guard("name", machine_wide_in(folder.path()));
        child::say(answer_of(guard));
        ::pause();
        return "";
    });
    REQUIRE(first.hear() == "free");
    const auto ask_as = [&](uid_t user) {
        return in_child([&] {
            become(user);
            return ask("name", machine_wide_in(folder.path()));
        });
    };
    const std::string told = "taken by " + std::to_string(first.pid()) + " of user 64002";
    CHECK(ask_as(alice) == told);
    CHECK(ask("name", machine_wide_in(folder.path())) == told);
    CHECK(ask_as(bob) == "taken by " + std::to_string(first.pid()));
    first.end(SIGKILL);
    // The file that bob's instance left does not keep alice out.
    CHECK(std::filesystem::exists(folder / "name.instance"));
    CHECK(ask_as(alice) == "free");
}

TEST_CASE("machine-wide a name that another user closed is said to be squatted") {
    SKIP_UNLESS_ROOT();
    const shared_folder folder;
    const std::string file = folder / "name.instance";
    write_file(file, "");
    give(file, bob);
    ::chmod(file.c_str(), 0600);
    CHECK(in_child([&] {
              become(alice);
              return ask("name", machine_wide_in(folder.path()));
          }) == "squatted: " + file +
                    " belongs to user 64002 and is closed to you: another user has taken this "
                    "name");
}

TEST_CASE("machine-wide root does not rely on a file that another user can take away") {
    SKIP_UNLESS_ROOT();
    const shared_folder folder;
    const std::string file = folder / "name.instance";
    write_file(file, "");
    give(file, bob);
    ::chmod(file.c_str(), 0666);
    const single_instance guard("name", machine_wide_in(folder.path()));
    CHECK_FALSE(guard.already_running());
    struct stat is {};
    REQUIRE(::stat(file.c_str(), &is) == 0);
    CHECK(is.st_uid == 0);
    CHECK(in_child([&]() -> std::string {
              become(bob);
              return ::unlink(file.c_str()) == 0 ? "taken away" : "kept";
          }) == "kept");
}

TEST_CASE("machine-wide a file that another user is just making is waited for") {
    SKIP_UNLESS_ROOT();
    // As between the maker's open() and its fchmod().
    const shared_folder folder;
    const std::string file = folder / "name.instance";
    write_file(file, "");
    give(file, bob);
    ::chmod(file.c_str(), 0600);
    child asks([&] {
        become(alice);
        child::say("asks");
        return ask("name", machine_wide_in(folder.path()));
    });
    REQUIRE(asks.hear() == "asks");
    ::usleep(20'000);
    ::chmod(file.c_str(), 0666);
    CHECK(asks.hear() == "free");
}

TEST_CASE("machine-wide twenty users at the same instant are told apart from squatters") {
    SKIP_UNLESS_ROOT();
    // The file is closed to others between its creation and its chmod: nobody must be refused.
    const shared_folder folder;
    for (int round = 0; round != 10; ++round) {
        int gate[2];
        REQUIRE(::pipe2(gate, O_CLOEXEC) == 0);
        std::vector<std::unique_ptr<child>> team;
        for (uid_t user = alice; user != alice + 20; ++user)
            team.push_back(std::make_unique<child>([&, user]() -> std::string {
                ::umask(077);
                become(user);
                ::close(gate[1]);
                char byte = 0;
                (void)!::read(gate[0], &byte, 1);
                const instance_options shared = machine_wide_in(folder.path());
                try {
                    const single_instance guard("name", shared);
                    child::say(guard.already_running() ? "taken" : "free");
                    if (!guard.already_running()) ::pause();
                } catch (const tally::instance_error& error) {
                    return error.what();
                }
                return "";
            }));
        ::close(gate[0]);
        ::close(gate[1]);
        int free = 0;
        int taken = 0;
        for (const auto& one : team) {
            const std::string said = one->hear();
            free += said == "free";
            taken += said == "taken";
            if (said != "free" && said != "taken") FAIL_CHECK(said);
        }
        REQUIRE(free == 1);
        REQUIRE(taken == 19);
    }
}

// The file system

TEST_CASE("a read-only file system is said") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder;
    const auto read_only_with = [&](const std::function<void()>& before) {
        return in_child([&] {
            leave_mounts();
            mount_tmpfs(folder.path(), "mode=700,size=64k");
            before();
            mount_tmpfs(folder.path(), "mode=700,size=64k", MS_REMOUNT | MS_RDONLY);
            return ask("name", in(folder.path()));
        });
    };
    const std::string said = read_only_with([] {});
    if (skipped_without_mounts(said)) return;
    CHECK(said ==
          "read_only: cannot write " + (folder / "name.instance") + ": Read-only file system");
    CHECK(read_only_with([&] { write_file(folder / "name.instance", ""); }) == said);
}

TEST_CASE("a full file system costs the message its pid or is said") {
    SKIP_UNLESS_ROOT();
    const temporary_folder folder;
    const std::string no_file = in_child([&] {
        leave_mounts();
        mount_tmpfs(folder.path(), "mode=700,nr_inodes=1");
        return ask("name", in(folder.path()));
    });
    if (skipped_without_mounts(no_file)) return;
    CHECK_THAT(no_file, ContainsSubstring("system: cannot open ") &&
                            ContainsSubstring("No space left on device"));
    CHECK(in_child([&] {
              leave_mounts();
              mount_tmpfs(folder.path(), "mode=700,size=4k");
              write_file(folder / "full", std::string(4096, 'x'));
              const single_instance guard("name", in(folder.path()));
              return answer_of(guard) + " " + std::to_string(read_file(guard.where()).size()) +
                     " " + in_child([&] { return ask("name", in(folder.path())); });
          }) == "free 0 taken");
}

TEST_CASE("a file system without locks is said") {
    // As NFS without a lock daemon answers. The answer is the kernel's, by a filter on the call.
    const temporary_folder folder;
    for (const int code : {ENOLCK, EOPNOTSUPP, ENOSYS})
        CHECK_THAT(in_child([&] {
                       break_call(SYS_flock, static_cast<unsigned>(code));
                       return ask("name", in(folder.path()));
                   }),
                   ContainsSubstring("no_locks: the file system of " + folder.path() +
                                     " has no locks (flock): give a folder on a local one: "));
    CHECK_THAT(in_child([&] {
                   break_call(SYS_flock, EIO);
                   return ask("name", in(folder.path()));
               }),
               ContainsSubstring("system: cannot lock "));
}
