#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "stress/process/crash_file.hpp"

namespace tally::process_stress {

namespace {

using nlohmann::json;

std::string name_of(const json& lock) {
    const auto name = lock.at("lock").get<std::string>();
    const auto waiting = lock.at("waiting").get<std::string>();
    return waiting == "itself" ? name : name + "/" + waiting;
}

const json* cell_of(const json& lock, const std::string& scenario, const std::string& next) {
    for (const auto& cell : lock.at("cells"))
        if (cell.at("scenario") == scenario && cell.at("next") == next) return &cell;
    return nullptr;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, value < 10 ? "%.1f" : "%.0f", value);
    return text;
}

// What the next one got: one word if it was always the same, else how often each.
std::string outcome(const json* cell) {
    if (cell == nullptr) return "n/a";
    const auto trials = cell->at("trials").get<unsigned>();
    if (trials == 0) return "n/a: " + cell->value("note", std::string("not tried"));
    const bool heir = cell->at("early").get<unsigned>() == trials;
    const std::vector<std::pair<const char*, std::string>> kinds{{"acquired", "enters"},
                                                                 {"owner_died", "told"},
                                                                 {"never", "**for ever**"},
                                                                 {"aborted", "**aborted**"}};
    std::string mixed;
    for (const auto& [key, word] : kinds) {
        const auto times = cell->at(key).get<unsigned>();
        if (times == trials) return word + (heir ? ", at once" : "");
        if (times != 0) mixed += (mixed.empty() ? "" : ", ") + std::to_string(times) + " " + word;
    }
    return mixed;
}

// exec and fork: an heir of the holder may keep the lock as long as it lives.
std::string heir_outcome(const json* cell) {
    const auto what = outcome(cell);
    if (cell == nullptr || what.find("at once") != std::string::npos) return what;
    return what == "enters" || what == "told" ? what + " when the heir ends" : what;
}

std::string waited(const json* cell) {
    if (cell == nullptr || cell->at("latency_us").is_null()) return "";
    const auto& us = cell->at("latency_us");
    return number(us.at("median").get<double>()) + " (" + number(us.at("worst").get<double>()) +
           ")";
}

// Over all trials of a lock.
std::string torn(const json& lock) {
    unsigned found = 0;
    unsigned repaired = 0;
    for (const auto& cell : lock.at("cells")) {
        found += cell.at("torn").get<unsigned>();
        repaired += cell.at("repaired").get<unsigned>();
    }
    if (found == 0) return "0";
    return std::to_string(found) + ", of these repaired " + std::to_string(repaired);
}

std::string left(const json& lock) {
    std::set<std::string> kinds;
    for (const auto& what : lock.at("left_behind")) {
        const auto text = what.get<std::string>();
        if (text.starts_with("named"))
            kinds.insert("a named semaphore");
        else if (text.starts_with("System V"))
            kinds.insert("a System V set");
        else if (text.ends_with(".sysv"))
            kinds.insert("its key file");
        else if (text.ends_with(".lock"))
            kinds.insert("an empty file");
        else if (text.ends_with(".segment") || text.ends_with(".mutex"))
            kinds.insert("shared memory");
        else
            kinds.insert("the lock's own file, which is the lock");
    }
    std::string joined;
    for (const auto& kind : kinds)
        joined += (joined.empty() ? "" : ", ") + kind;
    return joined.empty() ? "nothing" : joined;
}

using column = std::pair<std::string, std::function<std::string(const json&)>>;

void print_table(const json& locks, const std::vector<column>& columns) {
    std::string heading = "| lock |";
    std::string rule = "| --- |";
    for (const auto& [title, unused] : columns) {
        heading += " " + title + " |";
        rule += " --- |";
    }
    std::printf("%s\n%s\n", heading.c_str(), rule.c_str());
    for (const auto& lock : locks) {
        std::printf("| `%s` |", name_of(lock).c_str());
        for (const auto& [unused, text] : columns)
            std::printf(" %s |", text(lock).c_str());
        std::printf("\n");
    }
    std::printf("\n");
}

column outcomes(const std::string& title, const std::string& scenario, const std::string& next) {
    return {title, [=](const json& lock) { return outcome(cell_of(lock, scenario, next)); }};
}

void print_page(const json& run, const std::string& path) {
    const auto& locks = run.at("locks");
    unsigned long trials = 0;
    for (const auto& lock : locks)
        for (const auto& cell : lock.at("cells"))
            trials += cell.at("trials").get<unsigned>();
    std::printf(
        "# When the holder dies: the crash matrix\n\n"
        "A process takes a lock, and is stopped short. What does the next one get?\n\n"
        "- *enters*: it gets the lock and is told nothing. If the dead one was in the middle of "
        "something, nobody knows.\n"
        "- *told*: it gets the lock and is told that the previous owner died.\n"
        "- **for ever**: it waits until the trial's deadline, and would go on.\n"
        "- **aborted**: its own C library ended it.\n\n"
        "Generated by `tally-crash page` from `%s`: %lu trials on %zu locks; every cell is counted "
        "from trials. Where a cell has numbers, trials of one scenario went different ways.\n\n",
        path.c_str(), trials, locks.size());
    if (run.contains("made_on")) {
        const auto& on = run.at("made_on");
        std::printf(
            "Made on %s, Linux %s, glibc %s, %s.\n\n", on.value("cpu", std::string("?")).c_str(),
            on.value("kernel", std::string("?")).c_str(),
            on.value("libc", std::string("?")).c_str(), on.value("date", std::string("?")).c_str());
    }
    std::printf("## The holder ends while it is inside, and another waits\n\n");
    print_table(
        locks,
        {outcomes("killed", "killed: inside", "waiter"),
         {"us from the death to the entry: median (worst)",
          [](const json& lock) { return waited(cell_of(lock, "killed: inside", "waiter")); }},
         outcomes("exits without unlock", "exit without unlock", "waiter"),
         {"becomes another program (exec)",
          [](const json& lock) {
              return heir_outcome(cell_of(lock, "exec in the holder", "waiter"));
          }},
         {"killed, a child of it lives (fork)",
          [](const json& lock) {
              return heir_outcome(
                  cell_of(lock, "fork in the holder, which is then killed", "waiter"));
          }},
         outcomes("stopped for 30 ms, then goes on", "stopped for 30 ms", "waiter")});
    std::printf("## Others die, or worse\n\n");
    print_table(
        locks,
        {outcomes("a waiter is killed; the one behind it", "waiter killed: waiting", "waiter"),
         outcomes("the same; who comes later", "waiter killed: waiting", "newcomer"),
         outcomes("a waiter is killed as it is woken; the one behind it",
                  "waiter killed: being woken", "waiter"),
         outcomes("the same; who comes later", "waiter killed: being woken", "newcomer"),
         outcomes("killed at random moments; the other of two", "killed: at random", "waiter"),
         outcomes("killed, its pid given to a stranger; who comes later",
                  "killed, and its pid given to a stranger", "newcomer"),
         {"trials that found the count torn", torn},
         {"left on the system by a kill", left}});
    std::printf(
        "## Killed after each instruction\n\n"
        "The holder is single-stepped through `lock`, the increment and `unlock`, the C library's "
        "code included, and killed after every %s instruction in turn. The next one comes after "
        "the death.\n\n",
        run.at("stride") == 1 ? "single" : (run.at("stride").dump() + "th").c_str());
    print_table(locks,
                {outcomes("before", "killed: before", "newcomer"),
                 outcomes("in lock()", "killed: acquiring", "newcomer"),
                 outcomes("inside", "killed: inside", "newcomer"),
                 outcomes("half an increment", "killed: middle of the increment", "newcomer"),
                 outcomes("in unlock()", "killed: releasing", "newcomer"),
                 outcomes("after", "killed: after", "newcomer")});
    std::printf("The same, with another process waiting since before the death:\n\n");
    print_table(locks, {outcomes("inside", "killed: inside", "waiter"),
                        outcomes("half an increment", "killed: middle of the increment", "waiter"),
                        outcomes("in unlock()", "killed: releasing", "waiter"),
                        outcomes("after", "killed: after", "waiter")});
}

}  // namespace

int print_crash_page(const std::string& path) {
    std::ifstream file(path);
    const auto run = json::parse(file, nullptr, false);
    if (!run.is_object() || run.value("schema", std::string()) != crash_schema) {
        std::fprintf(stderr,
                     "%s is not a crash matrix (schema '%s'); make one with "
                     "'tally-crash matrix --json FILE'\n",
                     path.c_str(), crash_schema);
        return 2;
    }
    // From the repository's root, as the page is read; not from wherever this machine keeps it.
    const auto runs = path.find("runs/");
    print_page(run, runs == std::string::npos ? path : path.substr(runs));
    return 0;
}

}  // namespace tally::process_stress
