// SPDX-License-Identifier: MIT
// Where locks between processes leave what they leave: names, and who cleans up.
//
// Every run has one folder in memory, /dev/shm/tally-<pid>-<nonce>, and each lock's objects are
// called after it: files and shared memory lie in the folder, named semaphores are called
// <folder>.<label>, a System V set is found through a file in the folder that holds its key,
// abstract sockets vanish by themselves. So one look tells whose a leftover is.
//
// The run holds flock(2) on its folder for as long as it lives, in whatever way it ends. A cleaner
// (sweep) removes the folders that it can lock: their makers are dead. A pid could not say that: it
// may have been given to another process, and means nothing in another pid namespace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::process {

// The name of one lock in one run's folder.
struct lock_name {
    std::string folder;  // absolute path of the run's folder
    std::string label;   // letters, digits, '_', '-', '.'; unique in the run

    // A file of the lock's: <folder>/<label><suffix>.
    std::string path(std::string_view suffix) const;
    // The same, for name spaces without folders: tally-<pid>-<nonce>.<label>.
    std::string flat() const;
};

// The folder that runs make theirs in: TALLY_SHARED_FOLDER, or /dev/shm.
std::string shared_folder();

class run_folder {
public:
    // Sweeps what dead runs left, then makes this run's folder. Throws std::system_error.
    run_folder();
    // Removes the folder and every object called after it.
    ~run_folder();
    run_folder(const run_folder&) = delete;
    run_folder& operator=(const run_folder&) = delete;

    const std::string& path() const noexcept { return path_; }
    lock_name name(std::string label) const { return {path_, std::move(label)}; }

private:
    std::string path_;
    int fd_ = -1;
};

// Removes what runs that are dead have left, and returns their folders' paths.
std::vector<std::string> sweep();

// Every object on this system that is called after a run's folder: what a lock left behind.
std::vector<std::string> leftovers(const std::string& folder);

// Removes all of these, the folder last.
void remove_all_of(const std::string& folder) noexcept;

// A key for System V objects that belongs to `name`, written into <folder>/<label>.sysv before
// anything is made with it, so that nothing made can be forgotten. Throws std::system_error.
int sysv_key(const lock_name& name, bool create);
void remove_sysv_set(const lock_name& name) noexcept;

}  // namespace tally::process
