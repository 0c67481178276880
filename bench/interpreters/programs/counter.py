# SPDX-License-Identifier: MIT
# The classic program: threads that add 1 to one variable. Runs under Python 2.7 and 3.
#
#   counter.py PROGRAM THREADS INCREMENTS SWITCH CPUS
#
#   PROGRAM     plain    num += 1
#               call     num += int(1)
#               locked   with lock: num += 1
#               compute  x += 1, where x is the thread's own
#   THREADS     how many; with commas between, one run for each, one after another
#   INCREMENTS  by each thread
#   SWITCH      default, or shortest: how soon the interpreter lets another thread run
#   CPUS        any, or numbers with commas between: the first thread stays on the first of them,
#               the second on the second, and so on around
#
# Prints one line of JSON for each run: the final number, the seconds from the start to the last
# thread's end, and what went by meanwhile: CPU seconds, and context switches (-1 where they are not
# counted).
#
# Runs that are to be compared belong into one process: how fast an interpreter is differs from one
# process to the next, by where its memory happens to lie.
import json, os, sys, threading, time

if hasattr(__builtins__, "xrange"):
    range = xrange  # noqa: F821  (Python 2: a list of a million numbers is not what we measure)
clock = getattr(time, "perf_counter", time.time)
cpu_clock = getattr(time, "process_time", None) or time.clock
num = 0
lock = threading.Lock()


def plain(n):
    global num
    for _ in range(n):
        num += 1


def call(n):
    global num
    for _ in range(n):
        num += int(1)


def locked(n):
    global num
    for _ in range(n):
        with lock:
            num += 1


def compute(n):
    x = 0
    for _ in range(n):
        x += 1


def shortest_switch():
    if hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(1e-6)
    elif hasattr(sys, "setcheckinterval"):
        sys.setcheckinterval(0)


def stay_on(cpu):
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [cpu])
        return
    # 0 is the calling thread. A set of 1024 CPUs: glibc's cpu_set_t.
    words = (ctypes.c_ulong * (1024 // (8 * ctypes.sizeof(ctypes.c_ulong))))()
    bits = 8 * ctypes.sizeof(ctypes.c_ulong)
    words[cpu // bits] = 1 << cpu % bits
    if ctypes.CDLL(None, use_errno=True).sched_setaffinity(0, ctypes.sizeof(words), words) != 0:
        raise OSError(ctypes.get_errno(), "sched_setaffinity")


def switches():
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_nvcsw + used.ru_nivcsw


def run(me, gate, at_gate):
    try:
        if cpus:
            stay_on(cpus[me % len(cpus)])
    except Exception as error:
        # A row that says it was placed and was not would be worse than none.
        sys.stderr.write("cannot stay on CPU %d: %s\n" % (cpus[me % len(cpus)], error))
        sys.stderr.flush()
        os._exit(1)
    at_gate.append(me)
    gate.wait()
    body(increments)


def measure(threads):
    global num
    num = 0
    gate, at_gate = threading.Event(), []
    team = [threading.Thread(target=run, args=(me, gate, at_gate)) for me in range(threads)]
    for thread in team:
        thread.start()
    while len(at_gate) < threads:
        time.sleep(0.0005)
    switches_begin = switches()
    begin, cpu_begin = clock(), cpu_clock()
    gate.set()
    for thread in team:
        thread.join()
    seconds, cpu_seconds = clock() - begin, cpu_clock() - cpu_begin
    switched = switches() - switches_begin if switches_begin is not None else -1
    print(json.dumps({"number": num, "seconds": seconds, "cpu_seconds": cpu_seconds,
                      "switches": switched}))


program, teams, increments, switch, places = sys.argv[1:]
increments = int(increments)
cpus = [int(one) for one in places.split(",")] if places != "any" else []
if cpus and not hasattr(os, "sched_setaffinity"):
    import ctypes
if switch == "shortest":
    shortest_switch()
body = {"plain": plain, "call": call, "locked": locked, "compute": compute}[program]
for size in teams.split(","):
    measure(int(size))
