"""One operation of a drafted contract, as the table that its file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.rules.types import in_entries
from imagine_harness.harness.drift.contract_facts import Entry
from imagine_harness.harness.drift.facts import EndpointFact
from imagine_harness.harness.drift.page_facts import Facts
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
        facts: those of this operation alone.
        like: the recorded operation that says what the page does not.
        after: the id of that one.
        path: that one's, with this model's id.
        labels: of the page's sizes, none where pictures have another model's.
    """

    name: str
    facts: Facts
    like: Entry
    after: str
    path: str
    labels: tuple[str, ...] = ()

    @property
    def outcome(self) -> dict[str, Any] | None:
        """What its answers deliver; None where no parameter says what to picture."""
        outputs = self.facts.outputs
        where = source(outputs[0].section if outputs else "Output")
        return outcome(self.facts.parameters, self.like.get("outcome", {}), where, self.labels)

    def entry(self) -> dict[str, Any]:
        """The whole table."""
        facts, like = self.facts, self.like
        endpoint = next(iter(facts.endpoints), None)
        content = _known(endpoint, "content", like.get("content", ["application/json"]))
        skeleton: dict[str, Any] = {
            "method": _known(endpoint, "method", like["method"]),
            "path": _known(endpoint, "path", self.path),
            "subject": like.get("subject"),
            "model_at": like.get("model_at"),
            "content": list(content) if facts.parameters else None,
            "answered_as": None if self.after == self.name else self.after,
            "summary": like.get("summary") if self.after == self.name else None,
            "source": source(self._section(endpoint)),
            "path_parameters": _documented(like.get("path_parameters", {})),
            "outcome": self.outcome,
            "answer": [answer(facts.outputs)] if facts.outputs else None,
        }
        made = {key: value for key, value in skeleton.items() if value not in (None, {})}
        for fact in facts.parameters:
            revise_parameter(made, None, fact)
        known, types = {fact.name for fact in facts.parameters}, in_entries()
        for rule in facts.rules:
            if set(rule.names) <= known and rule.type in types:
                revise_rule(made, None, rule)
        if facts.sizes:
            table = {"id": "size-listed", "type": "table", "fields": list(facts.sizes[0].fields)}
            made.setdefault("rule", []).append({**table, **size_rows(facts.sizes)})
        return made

    def _section(self, endpoint: EndpointFact | None) -> str:
        """Where most of the operation stands: the heading that its parameters share."""
        sections = list(dict.fromkeys(fact.section for fact in self.facts.parameters))
        if not sections:
            return endpoint.section if endpoint else ""
        if len(sections) == 1:
            return sections[0]
        return sections[0].rpartition(" > ")[0] or sections[0]


def _known(endpoint: EndpointFact | None, attribute: str, instead: Any) -> Any:
    stated = getattr(endpoint, attribute) if endpoint is not None else None
    return stated if isinstance(stated, str | tuple) else instead


def _documented(lines: Mapping[str, Entry]) -> dict[str, Any]:
    """Lines without the sources that only the recorded model's file has."""
    return {
        name: {key: value for key, value in line.items() if key in {"type", "format", "enum"}}
        for name, line in lines.items()
    }
