"""What leads a child process to the proxy, and tells it whom to trust."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from imagine_harness.harness.intercept.authority import ADDING, REPLACING, CertificateFiles
from imagine_harness.harness.intercept.loaded.imagine_harness_interception import INSTRUCTIONS

LOADED = Path(__file__).with_name("loaded")
"""The folder of what Node and Python load before a program."""

NO_PROXY = "localhost,127.0.0.1,::1"
"""This machine, which is reached as ever."""

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")

CHROMIUM_FLAGS = "HARNESS_CHROMIUM_FLAGS"
"""The variable with what Chromium is to be started with: it reads none that says whom to trust."""

OVERRIDING = ("SOCKS_PROXY", "WS_PROXY", "WSS_PROXY", "FTP_PROXY")
"""Further proxies, which some clients would prefer to ours."""

CANNOT = (
    "a program that reads no proxy variable and is no Node and no Python goes past the proxy, as "
    "Java does without -Dhttps.proxyHost",
    "a program that brings its own list of authorities does not trust the mocks: Java, GNU wget, "
    "a pinned certificate, Go on macOS and Windows",
    "Chromium reads no variable that says whom to trust, but can be started with the flags that "
    "HARNESS_CHROMIUM_FLAGS holds",
    "Python before 3.9, with -I or -E, on uvloop or with aiodns is reached by the proxy variables "
    "alone, so that aiohttp needs trust_env=True there",
)
"""What the environment does not reach, a sentence each."""


class Environment:
    """What a child process is given.

    Attributes:
        variables: what is set.
        without: what must not be there.
    """

    def __init__(self, variables: Mapping[str, str], without: Iterable[str] = ()) -> None:
        self.variables = dict(variables)
        self.without = tuple(without)

    def over(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """An inherited environment with this in place of its own."""
        kept = {name: value for name, value in inherited.items() if name not in self.without}
        return {**kept, **self.variables}


def environment(
    proxy: str,
    files: CertificateFiles,
    instructions: Mapping[str, Any],
    inherited: Mapping[str, str],
) -> Environment:
    """What leads a child process to a proxy.

    Args:
        proxy: its address.
        files: whom to trust.
        instructions: for those that make no use of a proxy.
        inherited: the environment that the child would have.
    """
    proxies = dict.fromkeys(PROXIES, proxy) | {"NO_PROXY": NO_PROXY}
    paths = [str(LOADED), *filter(None, [inherited.get("PYTHONPATH")])]
    options = [*filter(None, [inherited.get("NODE_OPTIONS")]), _loading(LOADED / "node.cjs")]
    return Environment(
        {
            **proxies,
            **{name.lower(): value for name, value in proxies.items()},
            **{name: str(files.instead) for name in REPLACING},
            ADDING: str(files.beside),
            CHROMIUM_FLAGS: " ".join(_chromium(proxy, files.key_hash)),
            "NODE_OPTIONS": " ".join(options),
            "PYTHONPATH": os.pathsep.join(paths),
            INSTRUCTIONS: json.dumps(instructions),
        },
        [each for name in OVERRIDING for each in (name, name.lower())],
    )


def _chromium(proxy: str, key_hash: str) -> tuple[str, str]:
    return f"--proxy-server={proxy}", f"--ignore-certificate-errors-spki-list={key_hash}"


def _loading(script: Path) -> str:
    """The option that loads a script; a blank in its path would otherwise end it."""
    quoted = str(script).replace("\\", "\\\\").replace('"', '\\"')
    return f'--require "{quoted}"'
