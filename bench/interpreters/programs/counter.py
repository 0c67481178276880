# The classic program: threads that add 1 to one variable. Runs under Python 2.7 and 3.
#
#   counter.py PROGRAM THREADS INCREMENTS SWITCH
#
#   PROGRAM     plain    num += 1
#               call     num += int(1)
#               locked   with lock: num += 1
#               compute  x += 1, where x is the thread's own
#   INCREMENTS  by each thread
#   SWITCH      default, or shortest: how soon the interpreter lets another thread run
#
# Prints one line of JSON: the final number, the seconds from the start to the last thread's end, and
# the CPU seconds that went by meanwhile.
import json, sys, threading, time

if hasattr(__builtins__, "xrange"):
    range = xrange  # noqa: F821  (Python 2: a list of a million numbers is not what we measure)
clock = getattr(time, "perf_counter", time.time)
cpu_clock = getattr(time, "process_time", None) or time.clock
num = 0
lock = threading.Lock()
gate = threading.Event()


def plain(n):
    global num
    gate.wait()
    for _ in range(n):
        num += 1


def call(n):
    global num
    gate.wait()
    for _ in range(n):
        num += int(1)


def locked(n):
    global num
    gate.wait()
    for _ in range(n):
        with lock:
            num += 1


def compute(n):
    x = 0
    gate.wait()
    for _ in range(n):
        x += 1


def shortest_switch():
    if hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(1e-6)
    elif hasattr(sys, "setcheckinterval"):
        sys.setcheckinterval(0)


program, threads, increments, switch = sys.argv[1:]
if switch == "shortest":
    shortest_switch()
body = {"plain": plain, "call": call, "locked": locked, "compute": compute}[program]
team = [threading.Thread(target=body, args=(int(increments),)) for _ in range(int(threads))]
for thread in team:
    thread.start()
begin, cpu_begin = clock(), cpu_clock()
gate.set()
for thread in team:
    thread.join()
print(json.dumps({"number": num, "seconds": clock() - begin,
                  "cpu_seconds": cpu_clock() - cpu_begin}))
