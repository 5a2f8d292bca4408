#!/usr/bin/env python3
"""Runs a command and says how long it took and the most memory it had at a time. usage: bench/peak.py COMMAND [ARGUMENT...]"""
import os
import sys
import time

start = time.monotonic()
child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(
    f"{time.monotonic() - start:.2f} s, processor {usage.ru_utime + usage.ru_stime:.2f} s, "
    f"peak memory {usage.ru_maxrss / 1024:.0f} MiB", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
