"""Which operation a path is one of, and what is worked out for each operation once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imagine_harness.contracts.expected import ExpectedAnswer, expected_answer
from imagine_harness.contracts.fields import get
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import PathTemplate, template
from imagine_harness.contracts.provider import EntryPoint
from imagine_harness.contracts.schema import Validator
from imagine_harness.contracts.sizes import Pixels

MOST_PROMISES = 10_000
"""Promises of one operation that are known again without being worked out."""


BATCH, PICTURES = 10, 10
"""What a byte of a body weighs that holds many roots, or pictures that are looked at."""


class Plan:
    """One operation under some readings, ready to judge requests.

    Attributes:
        path: the operation's, below the prefix of the door.
        door: the door that it is called through, None without one.
        content: the request content types that the readings accept.
        batch: whether a body holds several roots.
        weight: how much there is to a byte of a body, beside one that is only decoded.
    """

    def __init__(
        self, operation: Operation, readings: Mapping[str, str], door: EntryPoint | None = None
    ) -> None:
        more = [
            kind for kind, stated in operation.content_readings.items() if stated.enforced(readings)
        ]
        self.operation = operation
        self.door = door.id if door else None
        self.path = operation.path
        if door is not None:
            self.path = door.path(operation.path)
        self.validator = Validator(operation, readings)
        self.content = tuple(kind.encode() for kind in (*operation.content, *more))
        self.batch = operation.subject.startswith("/*")
        has_inputs = operation.outcome is not None and bool(operation.outcome.inputs)
        self.weight = (BATCH if self.batch else 1) * (PICTURES if has_inputs else 1)
        self._readings = readings
        self._deciding = [operation.parameters[name].path for name in _deciding(operation)]
        self._promises: dict[object, ExpectedAnswer] = {}

    def expected_answer(self, root: object, inputs: Sequence[Pixels | None]) -> ExpectedAnswer:
        """What the answer to an accepted root must deliver; worked out once for equal requests."""
        if inputs:
            return expected_answer(self.operation, root, self._readings, inputs)
        key = tuple(repr(get(root, path)) for path in self._deciding)
        known = self._promises.get(key)
        if known is None:
            known = expected_answer(self.operation, root, self._readings)
            if len(self._promises) < MOST_PROMISES:
                self._promises[key] = known
        return known


def _deciding(operation: Operation) -> list[str]:
    """The parameters that an outcome without input images depends on."""
    outcome = operation.outcome
    if outcome is None:
        return []
    size = outcome.size
    named = [
        *outcome.count,
        outcome.format,
        outcome.carrier.parameter,
        outcome.quality,
        outcome.lifetime,
        *(size.width, size.height, size.size, size.ratio, size.tier),
    ]
    return [name for name in dict.fromkeys(named) if name is not None]


@dataclass(frozen=True, slots=True)
class Route:
    """What answers one path: plans by method."""

    template: PathTemplate | None
    methods: dict[str, list[Plan]]


class Routes:
    """Paths to plans: one look-up for a path without placeholders, a short search for others."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self._literal: dict[str, Route] = {}
        self._patterns: list[Route] = []
        by_path: dict[str, Route] = {}
        for each in plans:
            path = each.path
            if path not in by_path:
                by_path[path] = self._new_route(path, each)
            by_path[path].methods.setdefault(each.operation.method, []).append(each)

    def _new_route(self, path: str, first: Plan) -> Route:
        if "{" not in path:
            route = self._literal[path] = Route(None, {})
            return route
        route = Route(template(path, _steps(first.operation)), {})
        self._patterns.append(route)
        return route

    def find(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a path and the values of its placeholders, None when nothing is there."""
        literal = self._literal.get(path)
        if literal is not None:
            return literal, {}
        for route in self._patterns:
            found = route.template.match(path) if route.template else None
            if found is not None:
                return route, found
        return None

    def all(self) -> Iterator[Plan]:
        """Every plan."""
        for route in (*self._literal.values(), *self._patterns):
            for plans in route.methods.values():
                yield from plans


def _steps(operation: Operation) -> dict[str, str]:
    """What placeholders of an operation's path match whose parameters have a format."""
    formats = {
        name: FORMATS.get(parameter.schema.get("format", ""))
        for name, parameter in operation.path_parameters.items()
    }
    return {name: known.pattern for name, known in formats.items() if known is not None}
