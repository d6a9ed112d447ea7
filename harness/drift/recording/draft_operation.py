"""One operation of a drafted contract, and what its answers deliver as far as its page tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.rules.types import in_entries
from imagine_harness.harness.drift.contract_facts import Entry
from imagine_harness.harness.drift.facts import EndpointFact, ParameterFact
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.fact_entries import answer, size_rows, source
from imagine_harness.harness.drift.recording.operation_revision import (
    revise_parameter,
    revise_rule,
)

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "prompt": ("prompt", "positivePrompt", "text", "text_prompt"),
        "count": ("num_images", "n", "numberResults", "number_of_images", "batch_size"),
        "format": ("output_format", "outputFormat", "format", "image_format"),
        "quality": ("outputQuality", "output_compression", "output_quality"),
        "lifetime": ("ttl",),
        "width": ("width",),
        "height": ("height",),
        "size": ("size",),
        "ratio": ("aspect_ratio", "aspectRatio"),
        "tier": ("resolution",),
    }
)
"""Names under which providers have the parameters that decide an answer, likeliest first."""

FORMATS: Mapping[str, str] = MappingProxyType(
    {"jpeg": "jpeg", "jpg": "jpeg", "png": "png", "webp": "webp", "gif": "gif", "avif": "avif"}
)
"""Names of image formats in lower case, and the format that each means."""

CARRIERS: Mapping[str, str] = MappingProxyType(
    {"url": "url", "b64_json": "base64", "base64data": "base64", "datauri": "data-uri"}
)
"""Values in lower case of a parameter that says how an image travels, and what each means."""

_TIER = re.compile(r"\d+(\.\d+)?[kK]?|auto")
_RATIO = re.compile(r"\d+(\.\d+)?:\d+(\.\d+)?|auto")
_SIZE = re.compile(r"\d+x\d+|\d+(\.\d+)?:\d+(\.\d+)?|auto")


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


def outcome(
    parameters: Iterable[ParameterFact],
    template: Mapping[str, Any],
    source: str,
    labels: Sequence[str] = (),
) -> dict[str, Any] | None:
    """The `outcome` of an operation after that of a recorded one; None without any prompt.

    `labels` are those of the model's own sizes, none where it has another model's.
    """
    known = {fact.name: fact for fact in parameters}
    roles = {role: _played(role, known, template) for role in ROLES}
    if roles["prompt"] is None:
        return None
    made: dict[str, Any] = {"prompt": roles["prompt"]} if roles["prompt"] != "prompt" else {}
    if roles["count"] is not None:
        made["count"] = roles["count"]
    made |= _format(roles["format"], known)
    for role in ("quality", "lifetime"):
        if roles[role] is not None and _is_whole(known[roles[role] or ""]):
            made[role] = roles[role]
    made["carrier"] = _carrier(known, template.get("carrier", "url"))
    made["size"] = _size(roles, known, template.get("size", {}), labels)
    inputs = [name for name, fact in known.items() if fact.takes_picture]
    if inputs:
        made["inputs"] = inputs
    return {**made, "source": source}


def _played(
    role: str, known: Mapping[str, ParameterFact], template: Mapping[str, Any]
) -> str | None:
    """The parameter that plays a role: the recorded model's, or one of a usual name."""
    stated = template.get(role, template.get("size", {}).get(role, ()))
    own = [stated] if isinstance(stated, str) else list(stated) if isinstance(stated, list) else []
    for name in (*own, *ROLES[role]):
        if name in known:
            return name
    return None


def _is_whole(fact: ParameterFact) -> bool:
    return fact.schema.get("type") == "integer"


def _format(name: str | None, known: Mapping[str, ParameterFact]) -> dict[str, Any]:
    if name is None:
        return {}
    listed = [str(each) for each in known[name].schema.get("enum", ())]
    meant = {each: FORMATS[each.lower()] for each in listed if each.lower() in FORMATS}
    return {"format": name, "formats": meant} if meant else {}


def _carrier(known: Mapping[str, ParameterFact], stated: Any) -> Any:
    """How images travel: by the recorded model's parameter, or by one whose values say it."""
    if isinstance(stated, str):
        return stated
    if stated.get("when") in known:
        return stated
    for name, fact in known.items():
        listed = fact.schema.get("enum", ())
        meant = {str(v): CARRIERS[str(v).lower()] for v in listed if str(v).lower() in CARRIERS}
        if meant:
            return {"parameter": name, "values": meant, "else": stated["else"]}
    return stated["else"]


def _size(
    roles: Mapping[str, str | None],
    known: Mapping[str, ParameterFact],
    template: Mapping[str, Any],
    labels: Sequence[str],
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if roles["width"] and roles["height"]:
        made |= {"width": roles["width"], "height": roles["height"]}
    for role, form in (("size", _SIZE), ("ratio", _RATIO), ("tier", _TIER)):
        name = roles[role]
        if name is not None and _says(known[name], form):
            made[role] = name
    words = {word.strip("()") for label in labels for word in label.split()}
    kept = {key: template[key] for key in ("default_ratio", "default_tier") if key in template}
    return {**made, **{key: word for key, word in kept.items() if not words or word in words}}


def _says(fact: ParameterFact, form: re.Pattern[str]) -> bool:
    """Whether every value that a parameter takes is of a form."""
    listed = [*fact.schema.get("enum", ()), *([] if fact.default is ABSENT else [fact.default])]
    stated = {"size": _SIZE, "ratio": _RATIO, "tier": _TIER}.get(fact.schema.get("format", ""))
    if not fact.schema.get("enum") and stated is not form:
        return False
    return all(isinstance(each, str) and form.fullmatch(each) for each in listed)
