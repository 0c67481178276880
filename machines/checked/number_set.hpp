// SPDX-License-Identifier: MIT
// A set of well-mixed 64-bit numbers: open addressing, linear probing (Knuth, TAOCP 3, 6.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally::model {

class number_set {
public:
    void insert(std::uint64_t number) {
        if (number == 0) number = 1;  // 0 marks an empty place
        if (2 * (size_ + 1) > places_.size()) grow();
        if (put(number)) ++size_;
    }
    std::size_t size() const noexcept { return size_; }
    template <class Told>
    void each(Told told) const {
        for (const std::uint64_t number : places_)
            if (number != 0) told(number);
    }

private:
    bool put(std::uint64_t number) {
        const std::size_t mask = places_.size() - 1;
        std::size_t at = number & mask;
        for (; places_[at] != 0; at = (at + 1) & mask)
            if (places_[at] == number) return false;
        places_[at] = number;
        return true;
    }
    void grow() {
        std::vector<std::uint64_t> old(places_.empty() ? 256 : 2 * places_.size());
        old.swap(places_);
        for (const std::uint64_t number : old)
            if (number != 0) put(number);
    }

    std::vector<std::uint64_t> places_;
    std::size_t size_ = 0;
};

}  // namespace tally::model
