"""Where a subject is: at an address of its own, or an ASGI application that is served for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from starlette.types import Receive, Scope, Send

from imagine_harness.contracts.model import ContractError
from imagine_harness.mocks.server import serving


class _Application:
    """Somebody's ASGI application, as the server of the mocks takes one."""

    def __init__(self, app: Any) -> None:
        self.on_shutdown: Callable[[], None] | None = None
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


@contextmanager
def base_url_of(declared: Callable[..., Any], path: str, *given: Any) -> Iterator[str]:
    """The base URL of what a function returns, for the length of a `with` block.

    The function returns the base URL or an ASGI application, or yields one of them once, and then
    cleans up. It takes what is `given`, or nothing. An application is served on this machine; its
    base URL ends in `path`.

    Raises:
        ContractError: the function returns something else.
    """
    with ExitStack() as stack:
        made = declared(*given) if inspect.signature(declared).parameters else declared()
        if inspect.isgenerator(made):
            made = stack.enter_context(contextmanager(lambda: made)())
        if isinstance(made, str):
            if not made.startswith(("http://", "https://")):
                raise ContractError(f"{_name(declared)} returned {made!r}, expected an http URL")
            yield made
        elif callable(made):
            yield stack.enter_context(serving(_Application(made), lifespan=True)) + path
        else:
            message = f"returned {type(made).__name__}, expected a URL or an ASGI application"
            raise ContractError(f"{_name(declared)} {message}")


def _name(declared: Callable[..., Any]) -> str:
    return getattr(declared, "__name__", "the function")
