"""Files of text, decoded: JSON, and YAML that can make nothing but plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from imagine_harness.contracts.untrusted import decoding
from imagine_harness.contracts.untrusted.decoding import DEEPEST, TooMuch, Undecodable
from imagine_harness.harness.traffic.errors import RecordingError

CUT = 200
"""Letters of a parser's complaint that are told."""


def decoded(data: bytes, where: object) -> Any:
    """JSON, decoded; with a half of a letter in it, too, which recorders leave where they cut.

    Raises:
        RecordingError: it is none.
    """
    try:
        return decoding.decoded(data)
    except TooMuch as error:
        raise RecordingError(where, f"is no JSON: {error}") from error
    except Undecodable as error:
        with suppress(ValueError, RecursionError):
            return json.loads(data.decode("utf-8", "replace"), strict=False)
        raise RecordingError(where, f"is no JSON: {str(error)[:CUT]}") from error


def parsed(data: bytes, where: object) -> Any:
    """YAML, decoded; what has another type than JSON's is text, or `Tagged`.

    Raises:
        RecordingError: it is no YAML.
    """
    import yaml

    from imagine_harness.harness.traffic.readers.yaml_values import Loader

    try:
        if _depth(data) > DEEPEST:
            raise RecordingError(where, f"is nested more than {DEEPEST} levels deep")
        return yaml.load(data, Loader=Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split()) or type(error).__name__
        raise RecordingError(where, f"is no YAML: {told[:CUT]}") from error


def _depth(data: bytes) -> int:
    """How deep a document is nested, up to a little beyond the deepest.

    It is asked before anything is built: the fast parser does not survive what is far too deep.
    """
    import yaml

    from imagine_harness.harness.traffic.readers.yaml_values import Loader

    try:
        return _deepest(yaml.parse(data, Loader=Loader))
    except yaml.MarkedYAMLError as error:
        if error.problem_mark is None:
            return 0
        # the parser looks ahead and may give up before it tells of what it has opened so far
        before = data.decode("utf-8", "replace")[: error.problem_mark.index]
        return _deepest(_until_error(yaml.parse(before, Loader=Loader)))


def _deepest(events: Iterable[Any]) -> int:
    deepest = depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        deepest = max(depth, deepest)
        if deepest > DEEPEST:
            break
    return deepest


def _until_error(events: Iterable[Any]) -> Iterator[Any]:
    """The events before the first that cannot be told."""
    import yaml

    with suppress(yaml.YAMLError):
        yield from events
