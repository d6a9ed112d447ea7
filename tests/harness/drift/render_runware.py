"""Facts as a model's page in Runware's form, with prose of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Schema, type_name
from imagine_harness.harness.drift.facts import (
    UNKNOWN,
    OutputFact,
    ParameterFact,
    RuleFact,
    SizeFact,
)
from imagine_harness.harness.drift.page_facts import Facts

BOUNDS = {
    "minimum": "Min",
    "maximum": "Max",
    "minLength": "Min",
    "maxLength": "Max",
    "minItems": "Min",
    "maxItems": "Max",
}
FORMATS = {"url": "URI", "uuid4": "UUID v4"}
TYPES = {"number": "float", "object": "object (2 properties)"}


def render(facts: Facts) -> str:
    """The page that states the facts; what the form cannot state is left out."""
    return "\n\n".join(_parts(facts)) + "\n"


def _parts(facts: Facts) -> Iterator[str]:
    model = facts.models[0].id
    yield f"---\ntitle: {facts.title} | Runware Docs\nurl: {facts.url}\n---\n# {facts.title}"
    yield "Paints pictures from words."
    status = facts.status.word if facts.status else "live"
    yield f"- **ID**: `{model}`\n- **Status**: {status}\n- **Creator**: Painter"
    if facts.prices:
        yield "## Pricing"
        yield from _prices({fact.of: fact.amount for fact in facts.prices})
    stated = [_sentence(rule) for rule in facts.rules if rule.type in SENTENCES]
    if stated or facts.sizes:
        yield "## Compatibility & Validation"
        yield "\n\n---\n\n".join([*stated, *_table(facts.sizes)])
    yield "## Request Parameters\n\n**API Options**\n\nWhat every task may say."
    yield from _block("model", {"enum": [model]}, True, facts, "Names the model.")
    for fact in facts.parameters:
        if not _implied(fact, facts):
            yield from _block(fact.name, fact.schema, fact.required, facts, *_texts(fact, facts))
    yield "## Response Parameters"
    for output in facts.outputs:
        if output.path.startswith("data[]."):
            yield from _answered(output, facts)
    yield "## Examples\n\n### A heron\n\n![A heron](https://example.com/heron.jpg)\n\n**Request**:"
    yield f"```json\n{json.dumps({'taskType': 'imageInference', 'model': model})}\n```"


def _prices(prices: Mapping[str, float]) -> Iterator[str]:
    made, extra = prices.get("image"), prices.get("input")
    more = f" (+${extra} for input images for editing.)" if extra else ""
    yield f"Each image gen costs ${made} at 1024x1024.{more}"
    yield f"- **1024x1024**: `${made}`"


def _names(groups: list[Any]) -> list[str]:
    return ["`" + (each if isinstance(each, str) else "/".join(each)) + "`" for each in groups]


def _given(when: Mapping[str, Any]) -> str:
    if "given" in when:
        return " and ".join(f"`{name}`" for name in when["given"]) + " is provided"
    ((name, value),) = when["equals"].items()
    said = value if isinstance(value, str) else json.dumps(value)
    return f"`{name}` is `{said}`"


SENTENCES = {
    "one_of": lambda e: f"Either provide {', or '.join(_names(e['groups']))}.",
    "excludes": lambda e: f"{' and '.join(_names(e['groups']))} cannot be used together.",
    "together": lambda e: f"{' and '.join(_names(e['fields']))} must be used together.",
    "requires_when": lambda e: (
        f"{' or '.join(_names(e['groups']))} is required when {_given(e['when'])}."
    ),
    "allowed_when": lambda e: (
        f"`{e['field']}` can only be used with `{e['when']['given'][0]}`."
        if "given" in e["when"]
        else f"`{e['field']}` can only be used when {_given(e['when'])}."
    ),
}


def _sentence(rule: RuleFact) -> str:
    return SENTENCES[rule.type](rule.entry)


def _table(sizes: tuple[SizeFact, ...]) -> Iterator[str]:
    if sizes:
        rows = [f"| `{size.label}` | `{size.width}x{size.height}` |" for size in sizes]
        head = "| Configuration | Dimensions |\n| --- | --- |\n"
        yield "The following sizes are supported:\n\n" + head + "\n".join(rows)


def _implied(fact: ParameterFact, facts: Facts) -> bool:
    """Whether an object is stated by what is inside of it alone."""
    inside = any(other.name.startswith(f"{fact.name}.") for other in facts.parameters)
    return inside and fact.schema == {"type": "object"} and fact.name == "inputs"


def _texts(fact: ParameterFact, facts: Facts) -> Iterator[str]:
    """What a description states: rules about one parameter, and the defaults of others."""
    text = fact.note or "Says how the picture comes out."
    for rule in facts.rules:
        if rule.entry.get("field") == fact.name and rule.type == "unique":
            text += " Must be unique per task."
        if rule.entry.get("field") == fact.name and rule.type == "ignored_when":
            text += f" Only applies when {_given(rule.entry['when'])}."
    for other in facts.parameters:
        for name, value, default in other.default_when:
            state = "enabled" if value else "disabled"
            if name == fact.name:
                text += f" When {state}, defaults to `{default}` {other.name.split('.')[-1]}."
    if fact.schema.get("items", {}).get("format") == "image-reference":
        text += " Takes a UUID, URL, Data URI, or Base64."
    yield text
    yield "" if fact.default is ABSENT else _format_value(fact.default)


def _block(
    name: str, schema: Schema, required: object, facts: Facts, text: str, default: str = ""
) -> Iterator[str]:
    title, level = name.split(".")[-1], "###" if name.count(".") < 1 else "####"
    kinds = schema.get("type") or type_name[type(schema["enum"][0])]
    kind = kinds if isinstance(kinds, str) else kinds[0]
    inner = schema.get("items", {}).get("type")
    lines = [f"- **Path**: `{name}`"] if "." in name else []
    lines.append(f"- **Type**: `{f'array of {inner}s' if inner else TYPES.get(kind, kind)}`")
    lines += ["- **Required**: true"] if required is True else []
    listed = schema.get("enum", ())
    if len(listed) == 1 and not default:
        lines.append(f"- **Value**: `{_format_value(listed[0])}`")
    lines += [f"- **{BOUNDS[word]}**: `{schema[word]}`" for word in BOUNDS if word in schema]
    lines += [f"- **Default**: `{default}`"] if default else []
    stated = FORMATS.get(schema.get("format", ""))
    lines += [f"- **Format**: `{stated}`"] if stated else []
    anchor = name.replace(".", "-").lower()
    yield f"{level} [{title}]({facts.url}#request-{anchor})"
    yield "\n".join(lines)
    yield text
    if len(listed) > 1 or (listed and default):
        yield "**Allowed values**: " + " ".join(f"`{_format_value(value)}`" for value in listed)
    items = schema.get("items", {})
    for key, held in items.get("properties", {}).items():
        yield from _block(f"{name}.{key}", held, key in items.get("required", ()), facts, "Inner.")


def _answered(fact: OutputFact, facts: Facts) -> Iterator[str]:
    schema = fact.schema or {"type": "string"}
    required = fact.required is not UNKNOWN and fact.required
    yield from _block(fact.path.removeprefix("data[]."), schema, required, facts, "What came.")


def _format_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
