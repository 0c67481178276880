// SPDX-License-Identifier: MIT
// The real lock, taken from C++ through libpython: what an extension or an embedding program pays.
#include <Python.h>
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <thread>

namespace {

// A thread that Python does not know takes the lock for each call into it, and lets it go.
void ensure_release(benchmark::State& state) {
    PyThreadState* const outside = PyEval_SaveThread();
    for (auto _ : state) {
        const PyGILState_STATE before = PyGILState_Ensure();
        PyGILState_Release(before);
    }
    PyEval_RestoreThread(outside);
}

// Python code calls into C++, which lets the lock go for the length of something slow.
void save_restore(benchmark::State& state) {
    for (auto _ : state) {
        PyThreadState* const inside = PyEval_SaveThread();
        PyEval_RestoreThread(inside);
    }
}

// The same beside a Python thread that computes: each time, somebody else has the lock. The
// argument is the switch interval in microseconds.
void restore_beside_computing(benchmark::State& state) {
    const std::string begin =
        "import sys, threading\n"
        "sys.setswitchinterval(" +
        std::to_string(state.range(0)) +
        "e-6)\n"
        "go_on = True\n"
        "def compute():\n"
        "    x = 0\n"
        "    while go_on: x += 1\n"
        "thread = threading.Thread(target=compute)\n"
        "thread.start()\n";
    if (PyRun_SimpleString(begin.c_str()) != 0) {
        state.SkipWithError("the computing thread did not start");
        return;
    }
    for (auto _ : state) {
        PyThreadState* const inside = PyEval_SaveThread();
        // Long enough for the other thread to take the lock.
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        const auto asked = std::chrono::steady_clock::now();
        PyEval_RestoreThread(inside);
        const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - asked;
        state.SetIterationTime(waited.count());
    }
    PyRun_SimpleString("go_on = False\nthread.join()\nsys.setswitchinterval(0.005)\n");
}

}  // namespace

BENCHMARK(ensure_release)->Name("interpreter/embedded/ensure_release");
BENCHMARK(save_restore)->Name("interpreter/embedded/save_restore");
BENCHMARK(restore_beside_computing)
    ->Name("interpreter/embedded/restore_beside_computing/interval_us")
    ->Arg(5000)
    ->Arg(500)
    ->UseManualTime()
    ->Iterations(40);

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    Py_InitializeEx(0);
    benchmark::AddCustomContext("python", Py_GetVersion());
    benchmark::RunSpecifiedBenchmarks();
    return Py_FinalizeEx() == 0 ? 0 : 1;
}
