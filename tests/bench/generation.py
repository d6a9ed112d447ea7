"""Valid bodies a second for every operation, drawn as a user's `@given` draws them.

Two processes draw at once, one on each core, and their rates are added. Beside the rate by the
wall clock stands the one by the processes' own time, which other load on the machine does not
touch. Run it as `PYTHONPATH=. python tests/bench/generation.py [--seconds N] [NAME ...]`; it
prints, and asserts nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

PROCESSES = 2
SECONDS = 2.0
BATCH = 1000
WANTED = 2000


def _operations() -> Iterator[Any]:
    from imagine_harness.contracts.loading import load

    for provider in load.names():
        for operation in load.recorded(provider).operations:
            if operation.judged:
                yield operation


def _drawn(name: str, seconds: float) -> tuple[int, float, float]:
    """How many bodies were drawn, in how many seconds, by the wall clock and of the process."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    from imagine_harness.harness.generation.bodies import Generator

    (operation,) = [each for each in _operations() if each.name == name]
    bodies = Generator(operation).bodies()
    counted = [0]

    def body_is_there(body: Any) -> None:
        counted[0] += 1

    quick = settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    begun, own = time.perf_counter(), time.process_time()
    batch = 0
    while time.perf_counter() - begun < seconds or not batch:
        batch += 1
        seed(os.getpid() * 1000 + batch)(quick(given(bodies)(body_is_there)))()
    return counted[0], time.perf_counter() - begun, time.process_time() - own


def _job(arguments: tuple[str, float, int]) -> tuple[int, float, float]:
    name, seconds, core = arguments
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})
    _drawn(name, 0.1)
    return _drawn(name, seconds)


def main() -> None:
    """Measure every operation, or those that are named, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("names", nargs="*", metavar="NAME")
    chosen = parser.parse_args()
    names = chosen.names or [operation.name for operation in _operations()]
    context = multiprocessing.get_context("spawn")
    for name in names:
        jobs = [(name, chosen.seconds, core) for core in range(PROCESSES)]
        with context.Pool(PROCESSES) as pool:
            done = pool.map(_job, jobs)
        by_wall = sum(count / wall for count, wall, _ in done)
        by_own = sum(count / own for count, _, own in done)
        short = "" if by_own >= WANTED else f"   below {WANTED}"
        sys.stdout.write(
            f"{name:28} {by_wall:7.0f}/s by the clock {by_own:7.0f}/s by processor time{short}\n"
        )


if __name__ == "__main__":
    main()
