"""One operation of a drafted contract, as the table that its file holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.rules.types import in_entries
from imagine_harness.harness.drift.contract_facts import Entry
from imagine_harness.harness.drift.facts import (
    EndpointFact,
    Facts,
    OutputFact,
    ParameterFact,
    RuleFact,
)
from imagine_harness.harness.drift.recording.draft_outcome import outcome
from imagine_harness.harness.drift.recording.fact_entries import answer, size_rows, source
from imagine_harness.harness.drift.recording.operation_revision import (
    revise_parameter,
    revise_rule,
)


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
        parameters, outputs = self.parameters, self._outputs()
        content = _known(endpoint, "content", self.like.get("content", ["application/json"]))
        skeleton: dict[str, Any] = {
            "method": _known(endpoint, "method", self.like["method"]),
            "path": _known(endpoint, "path", self._rename(self.like["path"])),
            "subject": self.like.get("subject"),
            "model_at": self.like.get("model_at"),
            "content": list(content) if parameters else None,
            "answered_as": None if self.after == self.name else self.after,
            "summary": self.like.get("summary") if self.after == self.name else None,
            "source": source(self._section(endpoint)),
            "path_parameters": _documented(self.like.get("path_parameters", {})),
            "outcome": self.outcome,
            "answer": [answer(outputs)] if outputs else None,
        }
        made = {key: value for key, value in skeleton.items() if value not in (None, {})}
        for fact in parameters:
            revise_parameter(made, None, fact)
        for rule in self._rules():
            revise_rule(made, None, rule)
        sizes = [size for size in self.facts.sizes if size.operation == self.name]
        if sizes:
            table = {"id": "size-listed", "type": "table", "fields": list(sizes[0].fields)}
            made.setdefault("rule", []).append({**table, **size_rows(sizes)})
        return made

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

    def _rules(self) -> Iterator[RuleFact]:
        """The rules that an entry can state, about parameters of this operation."""
        known, types = {fact.name for fact in self.parameters}, in_entries()
        for fact in self.facts.rules:
            if fact.operation == self.name and set(fact.names) <= known and fact.type in types:
                yield fact


def _known(endpoint: EndpointFact | None, attribute: str, instead: Any) -> Any:
    stated = getattr(endpoint, attribute) if endpoint is not None else None
    return stated if isinstance(stated, str | tuple) else instead


def _documented(lines: Mapping[str, Entry]) -> dict[str, Any]:
    """Lines without the sources that only the recorded model's file has."""
    return {
        name: {key: value for key, value in line.items() if key in {"type", "format", "enum"}}
        for name, line in lines.items()
    }
