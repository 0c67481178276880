// SPDX-License-Identifier: MIT
// A subject: one file of the catalogue, as the generated unit hands it to a harness.
//
//   struct subject {
//       template <class Machine> using on = tally::ticket<Machine>;
//       static constexpr subject_info info{"ticket", "spin", "locks/spin/ticket.hpp"};
//   };
//
// A harness asks `runs_on<subject, M>` before it instantiates: a lock that wraps a library
// says in its type that it runs on native machines only.
#pragma once

#include <string_view>

#include "machines/contract.hpp"

namespace tally {

struct subject_info {
    std::string_view name;           // the file's name and the class's
    std::string_view family;         // the folder
    std::string_view file;           // relative to the repository, or absolute for an extra lock
    std::string_view sentence = {};  // the first of its file: what it is
};

template <class Subject, class Machine>
concept runs_on = requires {
    typename Subject::template on<Machine>;
};

// What must hold of every lock's file, said where it fails with a readable message.
template <class Subject, class Machine>
consteval bool lock_agrees() {
    using type = typename Subject::template on<Machine>;
    static_assert(lock<type>, "a lock has lock(node&), unlock(node&), a node and traits");
    constexpr lock_traits traits = type::traits;
    static_assert(!traits.cite.empty(),
                  "traits.cite names the origin: author and year, or library");
    static_assert((traits.order == admission::bounded) == (traits.bypass != 0),
                  "traits.bypass is given with admission::bounded, and only then");
    return true;
}

template <class Subject, class Machine>
consteval bool counter_agrees() {
    using type = typename Subject::template on<Machine>;
    static_assert(counter<type>, "a counter has add(node&, n), read(), a node and traits");
    static_assert(!type::traits.cite.empty(), "traits.cite names the origin");
    static_assert(!(type::traits.exact && type::traits.control), "a control is not exact");
    return true;
}

}  // namespace tally
