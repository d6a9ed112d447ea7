"""Facts as a page of fal's API reference: a tab for each operation."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.facts import OutputFact, ParameterFact, RuleFact, Unknown
from imagine_harness.harness.drift.page_facts import Facts

TYPES = {"number": "float"}
LABELS = {"minimum": "Minimum", "maximum": "Maximum"}
SENTENCES = {
    "minItems": "Send at least {} of them.",
    "maxItems": "A maximum of {} of them are supported.",
    "minLength": "Write at least {} characters.",
    "maxLength": "Write at most {} characters.",
}


def render(facts: Facts) -> str:
    """A page that states the facts, as far as fal's pages state such."""
    tabs = "\n\n".join(_tab(facts, operation) for operation in facts.operations)
    return (
        f"# {facts.title} API\n\n> API reference.\n\n<Tabs>\n{tabs}\n</Tabs>\n\n"
        "## Related\n\n* [Another model](/another) — Image Generation\n"
    )


def _tab(facts: Facts, operation: str) -> str:
    endpoint = next(each for each in facts.endpoints if each.operation == operation)
    path = str(endpoint.path)
    name = facts.models[0].id if operation == "generate" else path.strip("/")
    address = f"https://{endpoint.host}{path}"
    kinds = () if isinstance(endpoint.content, Unknown) else endpoint.content
    content = [f' --header "Content-Type: {each}"' for each in kinds]
    inputs = [_input(p, facts.rules) for p in facts.parameters if p.operation == operation]
    outputs = {each.path: each for each in facts.outputs if each.operation == operation}
    lines = [
        f"**Endpoint:** `{endpoint.method} {address}`",
        f"**Endpoint ID:** `{name}`",
        "### Quick Start",
        f"```bash\ncurl --url {address}{''.join(content)}\n```",
        "### Input Schema",
        *inputs,
        "### Output Schema",
        *(_output(each, outputs) for each in outputs.values() if not {".", "["} & {*each.path}),
        "### Input Example",
    ]
    inside = "\n\n".join(lines).replace("\n", "\n    ")
    return f'  <Tab title="{operation.capitalize()}">\n    {inside}\n  </Tab>'


def _input(fact: ParameterFact, rules: tuple[RuleFact, ...]) -> str:
    sentences = ["What it does.", *_limits(fact.schema), *_rules(fact, rules)]
    default = "" if fact.default is ABSENT else f' default="{html.escape(_text(fact.default))}"'
    required = " required" if fact.required else ""
    return _field(fact.name, word(fact.schema), required + default, sentences, fact.schema)


def _output(fact: OutputFact, others: dict[str, OutputFact]) -> str:
    named = word(fact.schema)
    if f"{fact.path}[].url" in others:
        named = "list<Image>"
    elif f"{fact.path}.url" in others:
        named = "Image"
    required = " required" if fact.required is True else ""
    return _field(fact.path, named, required, ["What it is."], fact.schema)


def _field(name: str, named: str, more: str, sentences: list[str], schema: Schema) -> str:
    lines = [" ".join(sentences)]
    listed = schema.get("enum") or schema.get("items", {}).get("enum")
    if listed:
        lines.append("Possible values: " + ", ".join(f"`{_text(value)}`" for value in listed))
    if {"minimum", "maximum"} <= schema.keys():
        lines.append(f"Range: `{schema['minimum']}` to `{schema['maximum']}`")
    else:
        lines += [f"{LABELS[key]}: `{schema[key]}`" for key in LABELS if key in schema]
    inside = "\n\n".join(lines).replace("\n", "\n  ")
    return f'<ParamField body="{name}" type="{named}"{more}>\n  {inside}\n</ParamField>'


def word(schema: Schema) -> str:
    """The type of a schema as fal writes it."""
    if "enum" in schema:
        kinds = {type(value) for value in schema["enum"]}
        return "KindEnum" if str in kinds else "float" if float in kinds else "integer"
    names = schema.get("type", "object")
    parts = [names] if isinstance(names, str) else names
    return " | ".join(
        f"list<{word(schema['items'])}>"
        if name == "array" and "items" in schema
        else TYPES.get(name, name)
        for name in parts
    )


def _limits(schema: Schema) -> Iterator[str]:
    yield from (text.format(schema[key]) for key, text in SENTENCES.items() if key in schema)


def _rules(fact: ParameterFact, rules: tuple[RuleFact, ...]) -> Iterator[str]:
    """The sentences of the rules that are stated where their first parameter is."""
    for rule in rules:
        groups = [*rule.entry.get("groups", ())]
        if rule.operation != fact.operation or fact.name not in groups[:1]:
            continue
        if rule.type == "excludes":
            yield f"Cannot be used with {groups[1]}."
        elif rule.type == "requires_when":
            yield f"Required when {rule.entry['when']['given'][0]} is given."
        elif rule.type == "one_of":
            yield f"Either {' or '.join(groups)} must be provided."


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
