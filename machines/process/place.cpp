// SPDX-License-Identifier: MIT
#include "machines/process/place.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>

#include "machines/process/system.hpp"

namespace tally::process {

namespace {

constexpr std::string_view prefix = "tally-";
// Where glibc keeps named semaphores: shm_overview(7), sem_overview(7).
constexpr std::string_view semaphore_folder = "/dev/shm";
constexpr std::string_view semaphore_prefix = "sem.";
constexpr std::string_view key_suffix = ".sysv";

std::vector<std::string> entries(const std::string& folder) {
    std::vector<std::string> names;
    DIR* const listing = ::opendir(folder.c_str());
    if (listing == nullptr) return names;
    while (const dirent* const found = ::readdir(listing)) {
        std::string name = found->d_name;
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    ::closedir(listing);
    std::sort(names.begin(), names.end());
    return names;
}

std::string last_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> semaphores_of(const std::string& folder) {
    const std::string mine = std::string(semaphore_prefix) + last_of(folder) + ".";
    std::vector<std::string> found;
    for (const auto& name : entries(std::string(semaphore_folder)))
        if (name.starts_with(mine)) found.push_back(name.substr(semaphore_prefix.size()));
    return found;
}

bool key_in(const std::string& path, int& key) {
    std::ifstream file(path);
    return static_cast<bool>(file >> key);
}

int set_of(const std::string& key_file) {
    int key = 0;
    return key_in(key_file, key) ? ::semget(key, 0, 0) : -1;
}

void remove_set_of(const std::string& key_file) noexcept {
    const int set = set_of(key_file);
    if (set != -1) ::semctl(set, 0, IPC_RMID);
}

// True if the folder that `fd` has open is still the one called `path`.
bool still_called(int fd, const std::string& path) {
    struct stat mine {};
    struct stat there {};
    return ::fstat(fd, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
           mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

int open_folder(const std::string& path) {
    return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

}  // namespace

std::string lock_name::path(std::string_view suffix) const {
    return folder + "/" + label + std::string(suffix);
}

std::string lock_name::flat() const { return last_of(folder) + "." + label; }

std::string shared_folder() {
    const char* const chosen = std::getenv("TALLY_SHARED_FOLDER");
    return chosen != nullptr && *chosen == '/' ? chosen : "/dev/shm";
}

run_folder::run_folder() {
    sweep();
    std::random_device noise;
    for (;;) {
        path_ = shared_folder() + "/" + std::string(prefix) + std::to_string(::getpid()) + "-" +
                std::to_string(noise());
        if (::mkdir(path_.c_str(), 0700) == -1) {
            if (errno == EEXIST) continue;
            fail("mkdir " + path_);
        }
        fd_ = open_folder(path_);
        if (fd_ == -1 && errno == ENOENT) continue;
        if (fd_ == -1) fail("open " + path_);
        // A cleaner may come between the making and this: it then removes the folder, and we see
        // that it is gone.
        if (retried([&] { return ::flock(fd_, LOCK_EX); }) == -1) fail("flock " + path_);
        if (still_called(fd_, path_)) return;
        ::close(fd_);
    }
}

run_folder::~run_folder() {
    remove_all_of(path_);
    ::close(fd_);
}

std::vector<std::string> sweep() {
    std::vector<std::string> removed;
    const std::string base = shared_folder();
    for (const auto& name : entries(base)) {
        if (!name.starts_with(prefix)) continue;
        const std::string path = base + "/" + name;
        const int fd = open_folder(path);
        if (fd == -1) continue;
        struct stat folder {};
        if (::fstat(fd, &folder) == 0 && folder.st_uid == ::geteuid() &&
            ::flock(fd, LOCK_EX | LOCK_NB) == 0) {
            remove_all_of(path);
            removed.push_back(path);
        }
        ::close(fd);
    }
    return removed;
}

std::vector<std::string> leftovers(const std::string& folder) {
    std::vector<std::string> found;
    for (const auto& name : entries(folder)) {
        found.push_back("file " + name);
        if (name.ends_with(key_suffix) && set_of(folder + "/" + name) != -1)
            found.push_back("System V set of " + name);
    }
    for (const auto& name : semaphores_of(folder))
        found.push_back("named semaphore /" + name);
    return found;
}

void remove_all_of(const std::string& folder) noexcept {
    for (const auto& name : semaphores_of(folder))
        ::sem_unlink(("/" + name).c_str());
    for (const auto& name : entries(folder)) {
        const std::string path = folder + "/" + name;
        if (name.ends_with(key_suffix)) remove_set_of(path);
        // A folder: a lock that is one, or where a test let other runs take place.
        if (::unlink(path.c_str()) == -1 && errno == EISDIR) remove_all_of(path);
    }
    ::rmdir(folder.c_str());
}

int sysv_key(const lock_name& name, bool create) {
    const std::string path = name.path(key_suffix);
    int key = 0;
    if (create) {
        // Keys are 32 bits, and everybody on the system draws from them: ftok(3) uses 16 bits of
        // an inode's number. Hash the whole name instead; a clash shows as EEXIST in semget.
        key = static_cast<int>(std::hash<std::string>{}(path)&0x7FFFFFFFU) | 1;
        std::ofstream(path) << key << '\n';
    }
    if (!key_in(path, key)) {
        errno = ENOENT;
        fail("no System V key in " + path);
    }
    return key;
}

void remove_sysv_set(const lock_name& name) noexcept {
    const std::string path = name.path(key_suffix);
    remove_set_of(path);
    ::unlink(path.c_str());
}

}  // namespace tally::process
