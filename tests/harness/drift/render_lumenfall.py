"""Facts as the text of a model's page of Lumenfall."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.facts import EndpointFact, OutputFact, ParameterFact, Unknown
from imagine_harness.harness.drift.page_facts import Facts

HEAD = "Parameter Type Description Modes"
MODES = {"generate": "T2I", "edit": "Edit"}
TITLES = {"generate": "Text to Image", "edit": "Image Edit"}
GROUPS = {
    "Core Parameters": (),
    "Size & Layout": ("size", "aspect_ratio", "resolution"),
    "Media Inputs": ("image", "mask"),
    "Output & Format": ("response_format", "output_format", "output_compression", "n"),
    "Additional Parameters": (),
}
SAMPLES = {"string": "...", "integer": 1, "number": 0.5, "boolean": True, "object": {}, "array": []}
SENTENCES = {
    "minimum": "Min: {}",
    "maximum": "Max: {}",
    "minLength": "Write at least {} characters.",
    "maxLength": "Write at most {} characters.",
    "minItems": "Send at least {} images.",
    "maxItems": "Send up to {} images.",
}


def render(facts: Facts) -> str:
    """A page that states the facts, as far as Lumenfall's pages state such."""
    prices = [f"Image $$ · ${fact.amount}" for fact in facts.prices if fact.of == "image"]
    host = next((each.host for each in facts.endpoints), "")
    header = [facts.title, *prices, f"Base URL\nhttps://{host}/openai/v1"]
    header.append(f"Model\n{facts.models[0].id}")
    examples = [_example(each, facts.outputs) for each in facts.endpoints]
    tables = [part for group in GROUPS for part in _group(facts, group)]
    parts = [*header, "Code Examples", *examples, "Parameter Reference", *tables]
    return "\n\n".join((*parts, "Parameter Normalization", "What becomes of them.\n"))


def _example(endpoint: EndpointFact, outputs: Iterable[OutputFact]) -> str:
    """The example of an operation; what is not known of its address is not shown."""
    answer: dict[str, object] = {}
    for fact in outputs:
        if fact.operation == endpoint.operation and fact.path != "data[].b64_json":
            _put(answer, fact)
    command = ["curl"]
    if not isinstance(endpoint.method, Unknown):
        command.append(f"-X {endpoint.method}")
    if not isinstance(endpoint.path, Unknown):
        command.append(f"https://{endpoint.host}{endpoint.path}")
    if not isinstance(endpoint.content, Unknown):
        command += [f'-H "Content-Type: {kind}"' for kind in endpoint.content]
    shown = " \\\n  ".join(command)
    return f"{TITLES[endpoint.operation]}\n\n{shown}\n# Response:\n# {json.dumps(answer)}"


def _put(answer: dict[str, object], fact: OutputFact) -> None:
    """Show a field in an example answer."""
    here: object = answer
    *above, last = fact.path.split(".")
    for step in above:
        assert isinstance(here, dict)
        here = here.setdefault(step.removesuffix("[]"), [{}] if step.endswith("[]") else {})
        if isinstance(here, list):
            here[:] = here or [{}]
            here = here[0]
    assert isinstance(here, dict)
    here.setdefault(last, json.loads(json.dumps(SAMPLES[fact.schema.get("type", "object")])))


def _group(facts: Facts, group: str) -> Iterator[str]:
    """A table of parameters, and below the one about sizes their list."""
    yield f"{group}\n\n{HEAD}"
    upstreams = dict.fromkeys(fact.upstream for fact in facts.parameters)
    for upstream in sorted(upstreams, key=lambda name: name or ""):
        rows: dict[str, list[str]] = {}
        for fact in facts.parameters:
            if fact.upstream == upstream and _of(fact) == group:
                rows.setdefault(_row(fact, facts), []).append(MODES[fact.operation])
        if rows:
            text = "\n".join(f"{row}\n{' '.join(modes)}" for row, modes in rows.items())
            yield f"{upstream}\n{text}" if upstream else text
    if group == "Size & Layout" and facts.sizes:
        lines = ["Output size aspect_ratio + resolution"]
        for size in facts.sizes:
            tier, _, ratio = size.label.rpartition(" ")
            of = f' or "{ratio.strip("()")}"' if ratio else ""
            of += f' + "{tier}"' if tier else ""
            lines.append(f'{size.width} \u00d7 {size.height} "{size.width}x{size.height}"{of}')
        yield "\n".join(lines)


def _of(fact: ParameterFact) -> str:
    if fact.upstream:
        return "Additional Parameters"
    return next((group for group, names in GROUPS.items() if fact.name in names), "Core Parameters")


def _row(fact: ParameterFact, facts: Facts) -> str:
    rules = [rule for rule in facts.rules if rule.operation == fact.operation]
    groups = {
        kind: [r.entry["groups"] for r in rules if r.type == kind]
        for kind in ("one_of", "excludes", "precedence")
    }
    required = fact.required or any(fact.name == names[0] for names in groups["one_of"])
    near = [
        rule.entry["listed"]
        for rule in rules
        if rule.type == "nearest" and rule.entry["field"] == fact.name
    ]
    listed = fact.schema.get("enum") or next(iter(near), ())
    lines = [f"{fact.name} {word(fact.schema)} {'Required. ' if required else ''}What it does."]
    lines += [" ".join(map(str, listed))] if listed else []
    lines += [] if fact.default is ABSENT else [f"Default: {json.dumps(fact.default)}"]
    lines += [
        text.format(fact.schema[key]) for key, text in SENTENCES.items() if key in fact.schema
    ]
    lines += [
        f"If {names[0]} is also provided, {names[0]} takes the lead."
        for names in groups["precedence"]
        if names[1] == fact.name
    ]
    lines += [
        f"It cannot be set together with `{names[0]}`."
        for names in groups["excludes"]
        if names[1] == fact.name
    ]
    return "\n".join([*lines, *(["Mapped to the nearest supported one."] if near else [])])


def word(schema: Schema) -> str:
    """The type of a schema as Lumenfall writes it."""
    if schema.get("format") == "image-url":
        return "file"
    if "enum" in schema:
        kinds = {type(value) for value in schema["enum"]}
        return "string" if str in kinds else "number" if float in kinds else "integer"
    named = schema.get("type", "object")
    return named if isinstance(named, str) else json.dumps(named)
