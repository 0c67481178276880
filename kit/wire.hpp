// SPDX-License-Identifier: MIT
// What a process of ours tells another one on its command line: words of the form key=value, from
// one list of fields, so that writer and reader cannot disagree on what stands where.
//
// A type says its fields once:
//
//   struct call {
//       std::string lock;
//       unsigned rounds = 1;
//       static void fields(auto& of, auto&& field) {
//           field("lock", of.lock);
//           field("rounds", of.rounds);
//       }
//   };
//
// A field is a number, a bool, an enumeration, a string, or a type with fields of its own.
#pragma once

#include <charconv>
#include <concepts>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tally::kit {

namespace wire {

struct no_visitor {
    void operator()(std::string_view, auto&) const {}
};

template <class Type>
concept composed = requires(Type& of) {
    Type::fields(of, no_visitor{});
};

template <class Type>
std::string as_text(const Type& value) {
    if constexpr (std::is_enum_v<Type>)
        return std::to_string(static_cast<std::underlying_type_t<Type>>(value));
    else if constexpr (std::same_as<Type, std::string>)
        return value;
    else
        return std::to_string(value);
}

template <class Type>
void from_text(std::string_view key, std::string_view text, Type& value) {
    if constexpr (std::same_as<Type, std::string>) {
        value = text;
    } else if constexpr (std::is_enum_v<Type>) {
        std::underlying_type_t<Type> number{};
        from_text(key, text, number);
        value = static_cast<Type>(number);
    } else if constexpr (std::same_as<Type, bool>) {
        int number = 0;
        from_text(key, text, number);
        value = number != 0;
    } else {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            throw std::invalid_argument(std::string(key) + "=" + std::string(text) +
                                        " is not a number");
    }
}

}  // namespace wire

template <class Type>
std::vector<std::string> to_words(const Type& of) {
    std::vector<std::string> words;
    Type::fields(of, [&](std::string_view key, const auto& value) {
        if constexpr (wire::composed<std::remove_cvref_t<decltype(value)>>) {
            const auto more = to_words(value);
            words.insert(words.end(), more.begin(), more.end());
        } else {
            words.push_back(std::string(key) + '=' + wire::as_text(value));
        }
    });
    return words;
}

// Throws std::invalid_argument, naming the field, if one is missing or is no value of its type.
template <class Type>
Type from_words(std::span<const std::string> words) {
    Type made{};
    Type::fields(made, [&](std::string_view key, auto& value) {
        using field = std::remove_cvref_t<decltype(value)>;
        if constexpr (wire::composed<field>) {
            value = from_words<field>(words);
        } else {
            const std::string begin = std::string(key) + '=';
            for (const auto& word : words)
                if (word.starts_with(begin))
                    return wire::from_text(key, std::string_view(word).substr(begin.size()), value);
            throw std::invalid_argument("there is no " + begin);
        }
    });
    return made;
}

}  // namespace tally::kit
