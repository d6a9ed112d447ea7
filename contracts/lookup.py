"""Looking names up: whoever names what is not there is told what is, in one wording."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable

RECORDED, MOCKED, SERVED = "is recorded", "is recorded with a mock", "is served"
"""What is true of the names that are known."""

LONGEST = 200
"""Letters of a name that are compared with those that are known."""


def look_up(
    kind: str,
    name: str,
    known: Collection[str],
    error: Callable[[str], Exception],
    *,
    where: str = "",
    state: str = RECORDED,
) -> str:
    """A name, if it is one of those that are known.

    Args:
        kind: what has such names, in one word.
        name: what was given.
        known: all that there are.
        error: what is raised, of its message.
        where: what the message begins with.
        state: what is true of those that are known; `""` for nothing but that they are there.

    Raises:
        Exception: what `error` makes, where the name is not known.
    """
    if name not in known:
        raise error(where + unknown(kind, name, known, state))
    return name


def unknown(kind: str, name: str, known: Iterable[str], state: str = RECORDED) -> str:
    """That a name is not known, which ones are, and the one that is nearly the same."""
    listed = [*dict.fromkeys(known)]
    near = difflib.get_close_matches(name[:LONGEST], listed, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    said = f"no {kind} {name!r} {state}".rstrip()
    return f"{said}, known: {', '.join(listed) or 'none'}{meant}"
