"""Facts as a page in UniAll's form, as Markdown or flattened, with prose of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Schema, type_name
from imagine_harness.harness.drift.facts import UNKNOWN, EndpointFact, ParameterFact
from imagine_harness.harness.drift.page_facts import Facts
from tests.harness.drift.rendered_answers import example, type_of

BASE = "{BASE_URL}"

BOUNDS = {
    **dict.fromkeys(("minimum", "minItems", "minLength"), "at least"),
    **dict.fromkeys(("maximum", "maxItems", "maxLength"), "up to"),
}


def render(facts: Facts) -> str:
    """The page that states the facts as Markdown; what the form cannot state is left out."""
    return "\n\n".join(_parts(facts)) + "\n"


def render_flat(facts: Facts) -> str:
    """The same page as the one line that agents are served."""
    return flattened(render(facts))


def flattened(page: str) -> str:
    """A page without its line breaks, between the words that UniAll puts around it."""
    about = "One page of the documentation, for machines."
    title, rest = page.split("\n", 1)
    return re.sub(r"\s+", " ", f"{title} {about} ## Page Markdown {rest}").strip()


def _parts(facts: Facts) -> Iterator[str]:
    yield f"# {facts.title}\n\n> Pictures by UniAll.\n\nURL: {facts.url}\nLocale: en"
    models = "\n".join(f"| `{model.id}` | pictures |" for model in facts.models)
    yield f"## 1. Model\n\n| Model | scenario |\n| --- | --- |\n{models}"
    yield "## 2. Endpoint Overview"
    tasks = [e for e in facts.endpoints if e.operation.startswith("task")]
    others = [e for e in facts.endpoints if e not in tasks]
    if tasks:
        yield "### 2.1 async tasks\n\n" + _http(tasks)
    if others:
        alike = "### 2.2 compatible calls\n\nThey answer in the OpenAI image format.\n\n"
        yield alike + _http(others)
    for endpoint in others:
        if endpoint.content is not UNKNOWN and "multipart/form-data" in endpoint.content:
            yield f"`{endpoint.path}` takes `multipart/form-data` as well."
    yield "## 3. fast"
    for endpoint in facts.endpoints:
        yield from _call(endpoint, facts)
    yield "## 4. Parameter Reference"
    yield _table(facts)
    forbidden = [rule for rule in facts.rules if rule.type == "excludes"]
    if forbidden:
        names = ", ".join(f"`{name}`" for name in forbidden[0].entry["groups"])
        yield f"recommended:\n\n- do not combine {names}.\n- use one of them."
    yield "## 5. Billing Notes\n\nEvery picture is charged for."
    yield "## 6. Common Errors"
    yield from _errors(facts)


def _http(endpoints: list[EndpointFact]) -> str:
    lines = "\n".join(f"{each.method} {each.path}" for each in endpoints)
    return f"```http\n{lines}\n```"


def _call(endpoint: EndpointFact, facts: Facts) -> Iterator[str]:
    path = re.sub(r"\{(\w+)\}", "task_xxx", str(endpoint.path))
    body = json.dumps({"model": facts.models[0].id, "prompt": "a heron"})
    data = f" -H \"Content-Type: application/json\" -d '{body}'"
    given = data if endpoint.method == "POST" else ""
    yield f"### 3. {endpoint.operation} call"
    yield f'```bash\ncurl -X {endpoint.method} "{BASE}{path}"{given}\n```'
    shown = [fact for fact in facts.outputs if fact.operation == endpoint.operation]
    if shown:
        yield f"```json\n{json.dumps(example(shown))}\n```"


def _table(facts: Facts) -> str:
    rows: dict[str, ParameterFact] = {}
    for fact in facts.parameters:
        rows.setdefault(fact.name, fact)
    names = " or ".join(f"`{model.id}`" for model in facts.models)
    lines = [
        "| Parameters | Type | Required | Note |",
        "| --- | --- | --- | --- |",
        f"| `model`| string | Yes |{names} |",
        *(_row(fact, facts) for fact in rows.values()),
    ]
    return "\n".join(lines)


def _row(fact: ParameterFact, facts: Facts) -> str:
    takers = {each.operation for each in facts.parameters if each.name == fact.name}
    image = _is_image(fact)
    required = "Yes" if fact.required else "editingRequired" if image and _needed(facts) else "No"
    notes = ["Input image URL"] if image else [fact.note or "shapes the picture"]
    if takers == {"task"} and len({e.operation for e in facts.endpoints}) > 2 and not image:
        notes.append("async task only")
    schema = fact.schema
    if "enum" in schema:
        notes.append("supported values: " + ", ".join(_listing(fact, facts)))
    if "minimum" in schema and "maximum" in schema:
        notes.append(f"`{schema['minimum']}-{schema['maximum']}`")
    else:
        notes += [f"{BOUNDS[word]} `{schema[word]}`" for word in BOUNDS if word in schema]
    if fact.default is not ABSENT:
        notes.append(f"default `{_format_value(fact.default)}`")
    return f"| `{fact.name}` | {_kind(schema)} | {required} | {'; '.join(notes)} |"


def _is_image(fact: ParameterFact) -> bool:
    return "image-url" in (fact.schema.get("format"), fact.schema.get("items", {}).get("format"))


def _needed(facts: Facts) -> bool:
    return any(rule.type in {"one_of", "requires_when"} for rule in facts.rules)


def _listing(fact: ParameterFact, facts: Facts) -> Iterator[str]:
    editing = {
        value
        for rule in facts.rules
        if rule.type == "allowed_when" and rule.entry["field"] == fact.name
        for value in rule.entry.get("values", ())
    }
    for value in fact.schema["enum"]:
        yield f"image editing `{value}`" if value in editing else f"`{_format_value(value)}`"


def _kind(schema: Schema) -> str:
    if "enum" in schema:
        return type_name[type(schema["enum"][0])]
    inner = schema.get("items", {}).get("type")
    return f"{inner}[]" if inner else type_of(schema)


def _errors(facts: Facts) -> Iterator[str]:
    if _needed(facts):
        yield "### image editing do not pass image\n\nAn edit has to pass one."
    rule: Any
    for rule in facts.rules:
        if rule.type == "allowed_when" and "when" not in rule.entry:
            name, value = rule.entry["field"], rule.entry["values"][0]
            yield f"### pass `{name}={value}`\n\n`{value}` is for image editing."
    yield "### wrong endpoint\n\nLook at the table of models."


def _format_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
