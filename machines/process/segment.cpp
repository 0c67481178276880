// SPDX-License-Identifier: MIT
#include "machines/process/segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machines/process/system.hpp"

namespace tally::process {

namespace {

void* map(int fd, std::size_t bytes, const std::string& path) {
    void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    const int error = errno;
    ::close(fd);
    errno = error;
    if (memory == MAP_FAILED) fail("mmap " + path);
    return memory;
}

}  // namespace

void* map_new(const std::string& unfinished, std::size_t bytes) {
    const int fd = ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd == -1) fail("create " + unfinished);
    // All of it now, or none: memory that a full file system cannot back would be a SIGBUS later.
    const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
    if (error != 0) {
        ::close(fd);
        ::unlink(unfinished.c_str());
        errno = error;
        fail("cannot allocate " + unfinished);
    }
    return map(fd, bytes, unfinished);
}

void* map_existing(const std::string& path, std::size_t bytes) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd == -1) fail("open " + path);
    struct stat file {};
    // Another size is another program's file: touching past its end would be a SIGBUS.
    if (::fstat(fd, &file) == -1 || file.st_size != static_cast<off_t>(bytes)) {
        ::close(fd);
        errno = EINVAL;
        fail(path + " is not a shared value of " + std::to_string(bytes) + " bytes");
    }
    return map(fd, bytes, path);
}

void unmap(void* memory, std::size_t bytes) noexcept { ::munmap(memory, bytes); }

void put_in_place(const std::string& unfinished, const std::string& path) {
    const int linked = ::link(unfinished.c_str(), path.c_str());
    const int error = errno;
    ::unlink(unfinished.c_str());
    errno = error;
    if (linked == -1) fail("create " + path);
}

}  // namespace tally::process
