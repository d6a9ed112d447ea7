"""What is recorded of one model at one provider: its operations, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from imagine_harness.contracts.fields import ABSENT, same
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.model import (
    AnswerShape,
    Document,
    Hint,
    Parameter,
    Reading,
    Statement,
)
from imagine_harness.contracts.outcome import Outcome
from imagine_harness.contracts.provider import Provider
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.sizes import SizeTable

FORM = "multipart/form-data"
"""The content type of forms, files included."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Operation:
    """One documented call of one provider.

    Attributes:
        id: `generate`, `edit`, `task` …; the full name is `provider.id`.
        path: with `{name}` for what varies.
        subject: JSON Pointer of the object that rules speak of; `/*` is each array element.
        content: accepted request content types; empty for a call without a body, `*/*` for one
            whose body is bytes that nothing is recorded about.
        content_readings: further ones, each accepted where its statement is in force.
        public: whether it is answered without a credential.
        query, headers: further things that a request may say, by name; all are optional.
        model: the parameter that names the model, None where the path does.
        select: parameters whose values tell this operation from others on the same path.
        answered_as: the operation of another model whose answers its mock gives, where its own
            id is of none.
    """

    provider: str
    id: str
    method: str
    path: str
    subject: str
    content: tuple[str, ...]
    summary: str
    statement: Statement
    models: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    path_parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    hints: tuple[Hint, ...]
    outcome: Outcome | None
    answers: tuple[AnswerShape, ...]
    content_readings: Mapping[str, Statement]
    public: bool = False
    query: Mapping[str, Parameter] = field(default_factory=dict)
    headers: Mapping[str, Parameter] = field(default_factory=dict)
    model: str | None = None
    select: tuple[str, ...] = ()
    answered_as: str | None = None

    def __repr__(self) -> str:
        return f"<Operation {self.name}>"

    @property
    def name(self) -> str:
        """The full name, `provider.operation`."""
        return f"{self.provider}.{self.id}"

    @property
    def raw(self) -> bool:
        """Whether its body is any bytes at all."""
        return self.content == ("*/*",)

    @property
    def judged(self) -> bool:
        """Whether its body is one that rules speak of."""
        return bool(self.content) and not self.raw

    @property
    def form(self) -> bool:
        """Whether the first content type that it takes is a form."""
        return self.content[:1] == (FORM,)

    def effective(self, body: object, name: str) -> object:
        """What a parameter amounts to in `body`, defaults counted; `ABSENT` where none applies.

        Models of one provider have not all the same parameters; one that is not there is `ABSENT`.
        """
        parameter = self.parameters.get(name)
        if parameter is None:
            return ABSENT
        value = parameter.value(body)
        if value is not ABSENT and value is not None:
            return value
        for other, when, default in parameter.default_when:
            if self.parameters[other].value(body) == when:
                return default
        return parameter.default

    def lifecycle_of(
        self, root: object, lifecycles: Iterable[TaskLifecycle], door: str | None = None
    ) -> TaskLifecycle | None:
        """The lifecycle of the task that an accepted call makes, None where it makes none.

        Args:
            root: the body, or one element of it.
            lifecycles: those of the provider.
            door: the door that the call came through, None for the operation's own path.
        """
        for each in lifecycles:
            given = (same(self.parameters[k].value(root), v) for k, v in each.given.items())
            if self.id in each.submit and each.door == door and all(given):
                return each
        return None

    def answer(self, readings: Mapping[str, str]) -> AnswerShape | None:
        """The documented success under `readings`; None for a call whose answer is not recorded."""
        for shape in self.answers:
            if shape.statement.reading is None or shape.statement.enforced(readings):
                return shape
        return None


@dataclass(frozen=True, slots=True, repr=False)
class Contract:
    """All that is recorded about one model (or several that share a page) at one provider.

    Attributes:
        placeholder: whether `models` only stands for names that a server has of its own.
    """

    provider: Provider
    models: tuple[str, ...]
    title: str
    recorded: date
    operations: Mapping[str, Operation]
    documents: Mapping[str, Document]
    readings: Mapping[str, Reading]
    sizes: SizeTable | None
    file: str
    placeholder: bool = False

    def __repr__(self) -> str:
        return f"<Contract {self.file}>"

    def rules(self) -> Iterator[Rule]:
        """Every rule of every operation, in the order of the file."""
        for operation in self.operations.values():
            yield from operation.rules
