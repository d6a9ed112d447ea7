"""What all models of one provider share: hosts, credential, errors, readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.credential import Credential
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.model import AnswerShape, Document, Parameter, Reading, Statement
from imagine_harness.contracts.paths import PathTemplate, fill

FETCH = "media"
"""The operation that the fetch of a picture is, at every provider; no contract lists it."""


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """How a provider words one kind of refusal.

    Attributes:
        when: what happened, in the harness's words, or a violation's kind (`violation:enum`) or
            a rule (`violation:task.size-listed`).
        code, kind: the provider's machine-readable names; code may be a number.
        message: a template; `mocks.answering.wording.worded` lists its placeholders.
        body: further keys that the provider puts beside them.
    """

    when: str
    status: int
    statement: Statement
    code: str | int | None = None
    kind: str | None = None
    message: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Base:
    """An address that a client is configured with: path below the provider's prefix, variable."""

    name: str
    path: str
    variable: str | None


@dataclass(frozen=True, slots=True)
class MediaLifetime:
    """For how many seconds the address of a picture is good, where nothing else was asked for."""

    seconds: int
    statement: Statement


@dataclass(frozen=True, slots=True)
class Media:
    """Where pictures are served: one of the provider's hosts, and a path with `{name}` in it.

    Attributes:
        also: further hosts that serve nothing else, at paths that end the same.
        public: whether anybody may fetch them, so that a credential is for nothing there.
        lifetimes: for how long addresses are good, the first one that is in force counts.
        statement: where it stands that they are public; its id is that of the finding that a
            credential comes all the same.
    """

    host: str
    path: str
    also: tuple[str, ...] = ()
    public: bool = False
    lifetimes: tuple[MediaLifetime, ...] = ()
    statement: Statement | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """All of them, the one that addresses of results name first."""
        return (self.host, *self.also)

    def path_of(self, name: str, extension: str) -> str:
        """The path at which a medium of a name is served."""
        return fill(self.path, {"name": name, "folder": name[:6], "extension": extension})

    def lifetime(self, readings: Mapping[str, str]) -> int | None:
        """Seconds for which an address is good under `readings`, None for ever."""
        for each in self.lifetimes:
            if each.statement.reading is None or each.statement.enforced(readings):
                return each.seconds
        return None


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Another way into the operations of a model: the same call below another path prefix.

    Attributes:
        query, headers: what may be said there beside the call itself, by name.
        instead: what an operation's own path begins with and the prefix takes the place of.
        operations: ids of the operations that it leads to, empty for all of them.
    """

    id: str
    prefix: str
    statement: Statement
    query: Mapping[str, Parameter]
    headers: Mapping[str, Parameter]
    instead: str = ""
    operations: tuple[str, ...] = ()

    def path(self, own: str) -> str:
        """The path through it of an operation whose own path is given."""
        return self.prefix + own.removeprefix(self.instead)

    def leads_to(self, operation: str) -> bool:
        """Whether an operation can be called through it, by its id."""
        return not self.operations or operation in self.operations


@dataclass(frozen=True, slots=True)
class Miss:
    """A path that is no recorded operation and that a provider refuses in a way of its own.

    Attributes:
        template: of the path; its last placeholder stands for all the rest, and what each stands
            for may be in the refusal by its name.
        when: what the refusal is called on record.
    """

    template: PathTemplate
    when: str


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What may stand before the name of a model, with a slash between them.

    Attributes:
        values: the prefixes, without the slash.
        rule: the entry of the rule that refuses them where its reading is in force, but for the
            values.
    """

    values: tuple[str, ...]
    rule: Mapping[str, Any]

    def before(self, models: Iterable[str]) -> list[str]:
        """Every model with every prefix."""
        return [f"{prefix}/{model}" for model in models for prefix in self.values]


@dataclass(frozen=True, slots=True)
class PlatformConstant:
    """A number, a word or a list of them that a provider states of its platform."""

    value: Any
    statement: Statement


@dataclass(frozen=True, slots=True)
class BrowserPages:
    """How a provider's answers are marked for pages of other origins, where it lets them call.

    Attributes:
        origin: what answers name as the origin that may read them.
        exposed: headers of answers that a page may read, too.
    """

    origin: str
    exposed: tuple[str, ...]
    statement: Statement


@dataclass(frozen=True, slots=True)
class Encodings:
    """The content encodings of request bodies that a provider undoes.

    Attributes:
        decoded: their names, under the statement's choice; under any other there are none.
    """

    decoded: tuple[str, ...]
    statement: Statement


@dataclass(frozen=True, slots=True)
class Provider:
    """What all models of one provider share.

    Attributes:
        mocked: whether there is a mock of it; without one it is there to check others against.
        hosts: with the prefix that each stands for below the provider's.
        gates, media: what its mock needs, empty for a provider without one.
        doors: further ways into the models' operations.
        figures: what the platform's behaviour depends on, by name.
        prefixes: what may stand before a model's name in a body.
        lifecycles: those of the tasks that its operations make.
        browser_pages, encodings: what it does for pages in a browser and with encoded bodies;
            None for nothing.
        misses: refusals of paths that are nearly right.
    """

    name: str
    title: str
    gates: tuple[str, ...]
    bases: tuple[Base, ...]
    hosts: Mapping[str, str]
    media: Media
    credential: Credential
    documents: Mapping[str, Document]
    readings: Mapping[str, Reading]
    errors: Mapping[str, tuple[ErrorCase, ...]]
    refusals: tuple[AnswerShape, ...]
    select: tuple[str, ...]
    model_at: str | None
    mocked: bool = True
    doors: tuple[EntryPoint, ...] = ()
    figures: Mapping[str, PlatformConstant] = field(default_factory=dict)
    prefixes: Prefixes | None = None
    lifecycles: tuple[TaskLifecycle, ...] = ()
    browser_pages: BrowserPages | None = None
    encodings: Encodings | None = None
    misses: tuple[Miss, ...] = ()

    @property
    def fronts(self) -> frozenset[str]:
        """The paths at which its clients and hosts begin, without a slash at their ends."""
        paths = ["", *(base.path for base in self.bases), *self.hosts.values()]
        return frozenset(path.rstrip("/") for path in paths)

    def marks(self, readings: Mapping[str, str]) -> BrowserPages | None:
        """How answers are marked under `readings`, None where no page may call."""
        found = self.browser_pages
        return found if found is not None and found.statement.enforced(readings) else None

    def undone(self, readings: Mapping[str, str]) -> tuple[str, ...]:
        """The content encodings that are undone under `readings`."""
        found = self.encodings
        return found.decoded if found is not None and found.statement.enforced(readings) else ()

    def fault(self, name: str) -> str | None:
        """What an error is called on record that is asked for by name; None where it is not.

        Errors that no request can cause are recorded as `fault:NAME`.
        """
        return next((each for each in (f"fault:{name}", name) if each in self.errors), None)

    def error(self, when: Sequence[str], readings: Mapping[str, str]) -> ErrorCase | None:
        """The wording under `readings` of the first of several descriptions that is recorded."""
        for name in when:
            for case in self.errors.get(name, ()):
                if case.statement.reading is None or case.statement.enforced(readings):
                    return case
        return None
