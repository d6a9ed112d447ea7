"""Facts as a contract's file has them: a parameter's line, a rule's entry, an answer's fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.harness.drift.comparing.outputs import is_container
from imagine_harness.harness.drift.contract_facts import PAGE
from imagine_harness.harness.drift.facts import OutputFact, ParameterFact, RuleFact, SizeFact


def source(section: str) -> str:
    """The source of what stands in a section of the page."""
    return f"{PAGE}#{section or 'Page'}"


def size_rows(sizes: Iterable[SizeFact]) -> dict[str, Any]:
    """Sizes as the keys of a table of them."""
    listed = list(sizes)
    labels = [size.label for size in listed]
    return {
        "source": source(listed[0].section),
        "rows": [[size.width, size.height] for size in listed],
        **({"labels": labels} if all(labels) else {}),
    }


def answer(outputs: Sequence[OutputFact]) -> dict[str, Any]:
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
        **{key: _as_lists(value) for key, value in fact.entry.items()},
        "source": source(fact.section),
    }


def _as_lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_lists(each) for key, each in value.items()}
    return [_as_lists(each) for each in value] if isinstance(value, tuple | list) else value


def _numbered(wanted: str, number: int) -> str:
    return wanted if number == 1 else f"{wanted}-{number}"
