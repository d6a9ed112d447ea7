"""What a request's headers ask of the platform, beside what its body asks of the model."""

from __future__ import annotations

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded, number
from imagine_harness.mocks.call import Call

LONGEST = 10**9
"""Seconds for which something is kept at most: as good as for ever."""


def start_timeout(call: Call) -> float | Refusal | None:
    """Seconds within which a run must have begun, None without a limit."""
    name = "x-fal-request-start-timeout"
    given = call.header(name)
    if given is None:
        name = "x-fal-request-timeout"
        given = call.header(name)
    if given is None:
        return None
    least = call.figure("start-timeout-above")
    seconds = number(given.strip())
    if seconds is None or seconds <= least:
        told = f"{name} must be a number of seconds above {least:g}"
        return Refusal(("header-malformed",), {"message": told})
    return seconds


def stores(call: Call) -> bool:
    """Whether a result is to stay, however large it is."""
    return call.header("x-fal-store-io") == "1"


def lifetime(call: Call, *names: str) -> int | None:
    """Seconds for which files are to be served, None for no wish; what means nothing is none."""
    given = next(filter(None, (call.header(name) for name in names)), None)
    if given is None:
        return None
    try:
        wish = decoded(given.encode("latin-1"))
    except Undecodable:
        return None
    seconds = wish.get("expiration_duration_seconds") if isinstance(wish, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return int(min(seconds, LONGEST)) if seconds > 0 else None
