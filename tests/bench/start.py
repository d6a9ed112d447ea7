"""How long starting takes: the help, the plugin where it is not used, and the first answer.

Run with `python tests/bench/start.py`. Seconds of a whole process each, the least of several.
"""

from __future__ import annotations

import subprocess
import sys
import time

TIMES = 5
FIRST_ANSWER = """
import http.client
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
with serving(App(Settings(seed=1))) as address:
    line = http.client.HTTPConnection(address.removeprefix("http://"))
    line.request("POST", "/fal/xai/grok-imagine-image", '{"prompt": "a lighthouse"}', {
        "Authorization": "Key a:b", "Content-Type": "application/json"})
    assert line.getresponse().status == 200
    line.close()
"""
STARTS = {
    "python alone": "pass",
    "pytest alone": "import pytest",
    "pytest and the plugin": "import pytest, imagine_harness.harness.pytest.plugin",
    "the help": "from imagine_harness.harness import cli; cli.command_line(['--help'])",
    "the first answer": FIRST_ANSWER,
}


def took(script: str) -> float:
    """Seconds of a process that runs a script."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for name, script in STARTS.items():
        print(f"{name:24} {min(took(script) for _ in range(TIMES)):.2f} s")  # noqa: T201
