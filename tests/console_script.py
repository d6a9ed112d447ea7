"""Programs that run an installed console script more than once in one process."""

from __future__ import annotations

SEVERAL = """
import io, json, runpy, sys
from contextlib import redirect_stderr, redirect_stdout

def end(words):
    sys.argv, run = words, runpy.run_path if "/" in words[0] else runpy.run_module
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            run(words[0], run_name="__main__")
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue(), err.getvalue()

ends = {name: end(words) for name, words in json.load(sys.stdin).items()}
from imagine_harness.contracts.loading import load
print(json.dumps(ends | {"from": [0, str(load.ROOT), ""]}))
"""
"""Runs several scripts in one process: what each costs is mostly what is imported for it."""

SERVES = """
import runpy, sys
del sys.argv[0]
for _ in range(2):
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as ended:
        print("ended with", int(ended.code or 0), flush=True)
"""
"""Runs a script once, and again when it has ended."""
