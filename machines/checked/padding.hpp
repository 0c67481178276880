// SPDX-License-Identifier: MIT
// Bytes of an object that are no part of its value.
//
// Since C++20 a compare-exchange compares values ([atomics.types.operations]/23: the value
// representation), so the padding is cleared before bits are compared. gcc has a builtin for it;
// clang up to 19 has none, but its constant evaluation knows which bytes have a value: to read one
// that has none is no constant expression.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tally::model {

#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define TALLY_CLEARS_PADDING
#endif
#endif

#ifdef TALLY_CLEARS_PADDING
#undef TALLY_CLEARS_PADDING

template <class T>
void clear_padding(T& object) noexcept {
    __builtin_clear_padding(&object);
}

#else

template <std::size_t Size>
struct bytes_of {
    unsigned char at[Size];
};

// Can the bytes of a T be told at all? Not those of a bit-field, nor of a T that is not made at
// compile time.
template <class T>
concept has_known_bytes = requires {
    typename std::integral_constant<int, (__builtin_bit_cast(bytes_of<sizeof(T)>, T{}), 0)>;
};

template <class T, std::size_t I>
concept has_value_at = requires {
    typename std::integral_constant<unsigned char,
                                    __builtin_bit_cast(bytes_of<sizeof(T)>, T{}).at[I]>;
};

template <class T>
void clear_padding(T& object) noexcept {
    static_assert(has_known_bytes<T>,
                  "this compiler cannot tell the checked machine which bytes of the atomic are "
                  "padding: make the padding a member");
    auto* const bytes = reinterpret_cast<unsigned char*>(&object);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((has_value_at<T, I> ? void() : void(bytes[I] = 0)), ...);
    }
    (std::make_index_sequence<sizeof(T)>{});
}

#endif

}  // namespace tally::model
