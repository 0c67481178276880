// SPDX-License-Identifier: MIT
// Is another copy of this program already running? One object, one question.
//
//   tally::single_instance guard{"my-program"};
//   if (guard.already_running()) return tell_the_user(guard.holder());
//   ...                             // the only one, for as long as `guard` lives
//
// Whoever constructs first holds the name until the object ends or the process does, in whatever
// way: the kernel drops it. No pid, no file's age and no file's existence takes part in the
// decision, so there is no stale holder to be taken for a living one.
//
//   POSIX     flock(2) on a file; see single_instance/posix.hpp for where it lies, why flock, and
//             what is refused.
//   Windows   a named mutex, and whether it existed already; see single_instance/windows.hpp.
//
// The rule for fork: the guard belongs to the process that made it. In a child made by fork() the
// object holds nothing, answers already_running() with true, and ends without a trace; the
// parent's hold ends with the parent, however many children live on. After exec nothing is left
// of it. So a program that turns itself into a daemon makes its guard afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tally {

enum class instance_scope : std::uint8_t {
    per_user,      // one for each user (on Windows: for each session)
    machine_wide,  // one on this machine, whoever runs it
};

struct instance_options {
    instance_scope scope = instance_scope::per_user;
    // POSIX: the folder for the lock file, instead of the system's. It must exist and is checked
    // as the system's is. Windows has no use for it.
    std::string folder = {};
};

// Who holds the name, for the message to the user. Nothing is decided by it.
struct instance_holder {
    std::uint64_t pid = 0;
    std::optional<std::uint64_t> foreign_user = {};  // POSIX: the uid, when it is not ours
};

enum class instance_problem : std::uint8_t {
    bad_name,             // empty, too long, a slash, a control character
    no_folder,            // the folder is missing or cannot be opened
    unsafe_folder,        // others can put files there, or take them away
    folder_not_writable,  // the lock file cannot be made
    read_only,            // ... because the file system is read-only
    squatted,             // another user owns what stands under the name, or the folder
    not_a_lock_file,      // a symbolic link, a second hard link, a pipe, a folder, another object
    no_locks,             // the file system has no locks
    system,               // anything else: the system's own words follow
};

// what() is one sentence for a person: what is wrong, and where.
class instance_error : public std::runtime_error {
public:
    instance_error(instance_problem problem, const std::string& sentence, int system_code = 0)
        : std::runtime_error(sentence), problem_(problem), system_code_(system_code) {}

    instance_problem problem() const noexcept { return problem_; }
    int system_code() const noexcept { return system_code_; }  // errno or GetLastError(), or 0

private:
    instance_problem problem_;
    int system_code_;
};

namespace instance {

inline constexpr std::size_t longest_name = 200;  // bytes; a file name may have 255

// A name becomes part of a file's name or of a kernel object's, and of one line of text.
inline void check_name(std::string_view name) {
    const auto refuse = [](const std::string& why) {
        throw instance_error(instance_problem::bad_name, "the name of an instance " + why);
    };
    if (name.empty()) refuse("is empty: give it at least one character");
    if (name.size() > longest_name)
        refuse("has " + std::to_string(name.size()) + " bytes: at most " +
               std::to_string(longest_name) + " are allowed");
    for (const char c : name) {
        if (c == '/' || c == '\\')
            refuse("has a '" + std::string(1, c) + "' in it: it is a name and not a path");
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            refuse("has a control character in it: use letters, digits, '.', '-' and '_'");
    }
}

}  // namespace instance

}  // namespace tally

#if defined(_WIN32)
#include "locks/process/single_instance/windows.hpp"
#else
#include "locks/process/single_instance/posix.hpp"
#endif

namespace tally {

class single_instance {
public:
    // Takes the name if it is free; never waits for it. Throws instance_error when the question
    // cannot be answered safely, and holds nothing then.
    explicit single_instance(std::string_view name, const instance_options& options = {})
        : claim_((instance::check_name(name), instance::claim(name, options))) {}

    // Moves, and does not copy. One that was moved from holds nothing.
    single_instance(single_instance&&) noexcept = default;
    single_instance& operator=(single_instance&&) noexcept = default;

    // True when this object does not hold the name: somebody else did when it was made, or this
    // process is a forked child of the holder. It does not change while the object lives: when
    // the other one has ended, make a new object.
    bool already_running() const noexcept { return !claim_.held(); }

    // Who holds the name now, when that can be told: empty if the holder has ended meanwhile or
    // is not visible from here (a container's pid namespace, /proc mounted with hidepid). Waits
    // up to two seconds for a holder that has not written its pid yet.
    std::optional<instance_holder> holder() const { return claim_.holder(); }

    // The lock file, or the mutex's name: for messages.
    std::string where() const { return claim_.where(); }

private:
    instance::claim claim_;
};

}  // namespace tally
