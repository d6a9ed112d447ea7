"""What a page says, fact by fact, as nouns that know nothing of a provider.

A reader makes them of a page, `contract_facts` of a contract; both speak the words of the contract
files: operation ids, JSON Schema keywords, rule types, dotted parameter names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.contracts.rules.types import rule_type
from imagine_harness.harness.drift.keyed import json_key


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


PICTURES = frozenset({"image-url", "image-reference"})
"""Formats of strings that stand for an input image."""

UNKNOWN: Final = Unknown.UNKNOWN
"""What a page of this provider never states, or what this page was cut short of."""


@dataclass(frozen=True, slots=True)
class ModelFact:
    """A model id by which the page's model is called."""

    id: str
    section: str


@dataclass(frozen=True, slots=True)
class EndpointFact:
    """Where one operation is called.

    Attributes:
        operation: its id in contracts: `generate`, `edit`, `task`, `task-result` ….
        method: in capitals.
        host: without scheme; UNKNOWN where the page writes a placeholder.
        path: from the host on, with `{name}` for what varies.
        content: request content types; UNKNOWN where the page does not say.
        also: further hosts that take the same calls; of recorded ones only.
    """

    operation: str
    section: str
    method: str | Unknown = UNKNOWN
    host: str | Unknown = UNKNOWN
    path: str | Unknown = UNKNOWN
    content: tuple[str, ...] | Unknown = UNKNOWN
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where it is called, as far as it is known: `POST https://host/path`."""
        method, host, path = (
            "" if isinstance(part, Unknown) else part
            for part in (self.method, self.host, self.path)
        )
        return f"{method} {f'https://{host}' if host else ''}{path}".strip()


@dataclass(frozen=True, slots=True)
class ParameterFact:
    """One key of a request of one operation. The parameter that names the model is no such key.

    Attributes:
        name: from the operation's subject on, with dots for nesting: `safety.mode`.
        schema: JSON Schema keywords as a contract's parameter line writes them: `type`, `enum`,
            `minimum`, `maximum`, `minLength`, `maxLength`, `minItems`, `maxItems`, `format`
            (by the names of `contracts.formats`), `items`, `required`, `properties`. With an
            `enum` the values are the type, and `type` is left out.
        default: of the parameter's own type; ABSENT where the page states none.
        default_when: other defaults: (parameter, its value) -> the default then.
        upstream: the upstream provider that alone understands it, if only one does.
        whole: False where the page was cut inside; what it does not state is unknown then.
        note: the page's description, for people.
    """

    operation: str
    name: str
    section: str
    schema: Schema
    required: bool = False
    default: object = ABSENT
    default_when: tuple[tuple[str, object, object], ...] = ()
    upstream: str | None = None
    whole: bool = True
    note: str = ""

    @property
    def takes_picture(self) -> bool:
        """Whether it holds input images."""
        inside = self.schema.get("items", {})
        return bool({self.schema.get("format"), inside.get("format")} & PICTURES)


@dataclass(frozen=True, slots=True)
class RuleFact:
    """One rule across parameters, or one that no keyword says.

    Attributes:
        type: one of `RULE_TYPES`, except `table` (sizes are facts of their own), `constraint` and
            `required` (they are a parameter's).
        entry: its keys as a contract's `[[rule]]` writes them: `fields`, `field`, `groups`,
            `when`, `values`, `listed`.
        id: the recorded id, empty for what was read on a page.
    """

    operation: str
    type: str
    entry: Mapping[str, Any]
    section: str
    id: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that it speaks of, each once."""
        return rule_type(self.type).names_in(self.entry)

    @property
    def statement(self) -> dict[str, object]:
        """Its type and what its entry states."""
        return {"type": self.type, **self.entry}

    @property
    def normal_entry(self) -> dict[str, Any]:
        """Its entry without what only its writing says: the order of names is no fact."""
        return {name: _normal(name, value) for name, value in self.entry.items()}

    @property
    def normal(self) -> str:
        """The rule as text that is equal for equal rules."""
        return json_key([self.operation, self.type, self.normal_entry])


def _normal(name: str, value: Any) -> Any:
    if name == "groups":
        return sorted(sorted([each] if isinstance(each, str) else each) for each in value)
    if name == "when":
        wanted = {
            name: sorted(each if isinstance(each, list) else [each], key=json_key)
            for name, each in value.get("equals", {}).items()
        }
        return [wanted, sorted(value.get("given", ()))]
    return sorted(value, key=json_key) if isinstance(value, list | tuple) else value


@dataclass(frozen=True, slots=True)
class SizeFact:
    """One listed size.

    Attributes:
        label: `1K (3:4)`: tier and ratio; without a tier the ratio alone, or the page's own words.
        operation: the operation that takes no other size; None where sizes are what comes out.
        fields: the parameters that take listed sizes only: width's name, height's name.
    """

    width: int
    height: int
    label: str
    section: str
    operation: str | None = None
    fields: tuple[str, ...] = ()

    @property
    def pixels(self) -> str:
        """`896x1280`."""
        return f"{self.width}x{self.height}"

    @property
    def text(self) -> str:
        """The size for people: `1K (3:4) 896x1280`."""
        return f"{self.label} {self.pixels}".strip()


@dataclass(frozen=True, slots=True)
class OutputFact:
    """One field of an answer.

    Attributes:
        path: dots for nesting, `[]` for the elements of an array: `data[].url`.
        schema: `type`, and `enum` where the page lists all values.
        shown: values that its examples show, where they are words of the API (a state).
        required: UNKNOWN where only an example shows the field.
    """

    operation: str
    path: str
    section: str
    schema: Schema
    shown: tuple[object, ...] = ()
    required: bool | Unknown = UNKNOWN


def answer_schema(schema: Schema) -> Schema:
    """The keywords of a schema that are compared of a field of an answer."""
    return {key: schema[key] for key in ("type", "enum") if key in schema}


@dataclass(frozen=True, slots=True)
class PriceFact:
    """What something costs, in US dollars: `of` is `image` (one made) or `input` (one sent)."""

    of: str
    amount: float
    section: str


@dataclass(frozen=True, slots=True)
class StatusFact:
    """The model's life: `live`, `deprecated` …, in the page's own lower-case word."""

    word: str
    section: str


@dataclass(frozen=True, slots=True)
class ExampleFact:
    """A request that the page shows, decoded, as the provider's path takes it. Never a finding."""

    operation: str
    body: object
    section: str


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A sentence or a line that stands where facts do, and that the reader did not understand."""

    section: str
    text: str
