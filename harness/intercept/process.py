"""Interception in this very process, and in what is started from it.

The environment leads clients that ask it, and child processes, to the proxy. All others are led
by the standard library that they are built on: a client that was made before is covered, and so
is one that trusts no environment.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from imagine_harness.harness.intercept.interception import Interception
from imagine_harness.harness.intercept.loaded.imagine_harness_interception import (
    resolving,
    trusting,
)


@contextmanager
def within(interception: Interception) -> Iterator[None]:
    """Bring this process's own calls to the mocks, for the length of a `with` block."""
    instructions = interception.instructions
    names = partial(resolving, instructions=instructions, refuse=interception.hosts.refuse)
    trust = partial(trusting, instructions=instructions)
    with (
        _environment(interception),
        _replaced(socket, "getaddrinfo", names),
        _replaced(ssl.SSLContext, "wrap_socket", trust),
        _replaced(ssl.SSLContext, "wrap_bio", trust),
    ):
        yield


@contextmanager
def _environment(interception: Interception) -> Iterator[None]:
    given = interception.environment
    before = {name: os.environ.get(name) for name in (*given.variables, *given.without)}
    for name in given.without:
        os.environ.pop(name, None)
    os.environ.update(given.variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _replaced(owner: Any, name: str, made: Callable[[Any], Any]) -> Iterator[None]:
    """Put what is made of an attribute in its place."""
    before = getattr(owner, name)
    setattr(owner, name, made(before))
    try:
        yield
    finally:
        setattr(owner, name, before)
