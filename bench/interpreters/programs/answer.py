# SPDX-License-Identifier: MIT
# One thread that waits on a pipe and answers each byte, beside threads that compute.
# Runs under Python 2.7 and 3.
#
#   answer.py COMPUTING INTERVAL
#
#   COMPUTING   how many threads compute meanwhile
#   INTERVAL    seconds until a waiting thread asks for the interpreter; 0 leaves the default
#
# Answers from standard input to standard output until the input ends. The first byte that it
# writes by itself says that it is ready.
import os, sys, threading


def compute():
    x = 0
    while True:
        x += 1


computing, interval = int(sys.argv[1]), float(sys.argv[2])
if interval > 0 and hasattr(sys, "setswitchinterval"):
    sys.setswitchinterval(interval)
for _ in range(computing):
    thread = threading.Thread(target=compute)
    thread.daemon = True
    thread.start()
# Not 0 and 1: what Jython takes for a file's number is an object.
questions, answers = sys.stdin.fileno(), sys.stdout.fileno()
os.write(answers, b"!")
while True:
    byte = os.read(questions, 1)
    if not byte:
        os._exit(0)
    os.write(answers, byte)
