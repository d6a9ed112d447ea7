"""One operation of a drafted contract, as the table that its file holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.rules.types import in_entries
from imagine_harness.harness.drift.comparing.outputs import is_container
from imagine_harness.harness.drift.contract_facts import PAGE, Entry
from imagine_harness.harness.drift.facts import (
    EndpointFact,
    Facts,
    OutputFact,
    ParameterFact,
    RuleFact,
    SizeFact,
)
from imagine_harness.harness.drift.recording.draft_outcome import outcome


@dataclass(frozen=True)
class DraftOperation:
    """One operation while it is written.

    Attributes:
        like: the recorded operation that says what the page does not.
        after: the id of that one.
        renamed: (a text of the recorded model) -> the same of this one.
        labels: of the page's sizes, none where pictures have another model's.
    """

    name: str
    facts: Facts
    like: Entry
    after: str
    renamed: Mapping[str, str]
    labels: tuple[str, ...] = ()

    @property
    def parameters(self) -> list[ParameterFact]:
        """The page's parameters of this operation."""
        return [fact for fact in self.facts.parameters if fact.operation == self.name]

    @property
    def outcome(self) -> dict[str, Any] | None:
        """What its answers deliver; None where no parameter says what to picture."""
        outputs = self._outputs()
        where = source(outputs[0].section if outputs else "Output")
        return outcome(self.parameters, self.like.get("outcome", {}), where, self.labels)

    def entry(self) -> dict[str, Any]:
        """The whole table."""
        endpoint = next((e for e in self.facts.endpoints if e.operation == self.name), None)
        section = self._section(endpoint)
        parameters = self.parameters
        content = _known(endpoint, "content", self.like.get("content", ["application/json"]))
        made: dict[str, Any] = {
            "method": _known(endpoint, "method", self.like["method"]),
            "path": _known(endpoint, "path", self._rename(self.like["path"])),
            "subject": self.like.get("subject"),
            "model_at": self.like.get("model_at"),
            "content": list(content) if parameters else None,
            "answered_as": None if self.after == self.name else self.after,
            "summary": self.like.get("summary") if self.after == self.name else None,
            "source": source(section),
            "required": [fact.name for fact in parameters if fact.required] or None,
            "path_parameters": _documented(self.like.get("path_parameters", {})),
            "parameters": {fact.name: parameter_line(fact, section) for fact in parameters},
            "rule": self._rules(),
        }
        outputs = self._outputs()
        if (delivers := self.outcome) is not None:
            made["outcome"] = delivers
        if outputs:
            made["answer"] = [answer(outputs)]
        return {key: value for key, value in made.items() if value is not None}

    def _section(self, endpoint: EndpointFact | None) -> str:
        """Where most of the operation stands: the heading that its parameters share."""
        sections = list(dict.fromkeys(fact.section for fact in self.parameters))
        if not sections:
            return endpoint.section if endpoint else ""
        if len(sections) == 1:
            return sections[0]
        return sections[0].rpartition(" > ")[0] or sections[0]

    def _rename(self, path: str) -> str:
        for old, new in self.renamed.items():
            path = path.replace(old, new)
        return path

    def _outputs(self) -> list[OutputFact]:
        return [fact for fact in self.facts.outputs if fact.operation == self.name]

    def _rules(self) -> list[dict[str, Any]]:
        known = {fact.name for fact in self.parameters}
        types = in_entries()
        made: list[dict[str, Any]] = []
        for fact in self.facts.rules:
            if fact.operation == self.name and set(fact.names) <= known and fact.type in types:
                made.append(rule_entry(fact, {each["id"] for each in made}))
        sizes = [size for size in self.facts.sizes if size.operation == self.name]
        if sizes:
            table = {"id": "size-listed", "type": "table", "fields": list(sizes[0].fields)}
            made.append({**table, **size_rows(sizes)})
        return made


def source(section: str) -> str:
    """The source of what stands in a section of the page."""
    return f"{PAGE}#{section or 'Page'}"


def _known(endpoint: EndpointFact | None, attribute: str, instead: Any) -> Any:
    stated = getattr(endpoint, attribute) if endpoint is not None else None
    return stated if isinstance(stated, str | tuple) else instead


def _documented(lines: Mapping[str, Entry]) -> dict[str, Any]:
    """Lines without the sources that only the recorded model's file has."""
    return {
        name: {key: value for key, value in line.items() if key in {"type", "format", "enum"}}
        for name, line in lines.items()
    }


def size_rows(sizes: Iterable[SizeFact]) -> dict[str, Any]:
    """Sizes as the keys of a table of them."""
    listed = list(sizes)
    labels = [size.label for size in listed]
    return {
        "source": source(listed[0].section),
        "rows": [[size.width, size.height] for size in listed],
        **({"labels": labels} if all(labels) else {}),
    }


def answer(outputs: list[OutputFact]) -> dict[str, Any]:
    """The answer that has these fields; what only holds others is implied by them."""
    paths = sorted(fact.path for fact in outputs)
    fields = {
        fact.path: known_schema(fact.schema)
        for fact in outputs
        if not is_container(fact.path, paths)
    }
    required = [fact.path for fact in outputs if fact.required is True]
    return {
        "source": source(outputs[0].section),
        **({"required": required} if required else {}),
        "fields": fields,
    }


def parameter_line(fact: ParameterFact, section: str) -> dict[str, Any]:
    """A parameter as its line in a contract; `section` is its operation's, not repeated in it."""
    line = known_schema(fact.schema) or {"type": "string"}
    if fact.default is not ABSENT and fact.default is not None:
        line["default"] = fact.default
    if fact.default_when:
        line["default_when"] = defaults_when(fact)
    if fact.upstream:
        line |= {"treatment": "passthrough", "upstream": fact.upstream}
    if fact.section and fact.section != section:
        line["source"] = source(fact.section)
    return line


def defaults_when(fact: ParameterFact) -> list[dict[str, Any]]:
    """A parameter's other defaults as its line states them."""
    return [
        {"parameter": other, "equals": when, "default": default}
        for other, when, default in fact.default_when
    ]


def known_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of a schema that a contract can hold."""
    made = {key: each for key, each in schema.items() if each is not None}
    if "enum" in made:
        made.pop("type", None)
        made["enum"] = [each for each in made["enum"] if each is not None]
    if made.get("format") not in FORMATS:
        made.pop("format", None)
    if "items" in made:
        made["items"] = known_schema(made["items"])
    if "properties" in made:
        made["properties"] = {key: known_schema(each) for key, each in made["properties"].items()}
    return made


def rule_entry(fact: RuleFact, taken: set[str]) -> dict[str, Any]:
    """A rule as its entry in a contract, under an id of its own."""
    wanted = re.sub(r"[^A-Za-z0-9_]+", "-", "-".join([fact.type, *fact.names[:2]])).strip("-")
    wanted = wanted.replace(fact.type, fact.type.replace("_", "-"), 1)
    number = next(n for n in range(1, len(taken) + 2) if _numbered(wanted, n) not in taken)
    return {
        "id": _numbered(wanted, number),
        "type": fact.type,
        **{key: _plain(value) for key, value in fact.entry.items()},
        "source": source(fact.section),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value


def _numbered(wanted: str, number: int) -> str:
    return wanted if number == 1 else f"{wanted}-{number}"
