"""Facts as a model's page in Cloudflare's form, with prose of our own."""

from __future__ import annotations

import json
from collections.abc import Sequence

from imagine_harness.contracts.fields import ABSENT, Schema, type_name
from imagine_harness.harness.drift.facts import UNKNOWN, OutputFact, ParameterFact
from imagine_harness.harness.drift.page_facts import Facts
from tests.harness.drift.rendered_answers import example

PAGE = """\
---
title: {title}
description: Pictures from words.
---

> Documentation Index  
> The list of all pages is at https://developers.cloudflare.com/ai/llms.txt

[Skip to content](#%5Ftop) 

#  {title} 

Text-to-Image • Painter{status} 

`{model}` 

Pictures from words, and from other pictures.

| Model Info | |
| --- | --- |
| More information | [link ↗](https://example.com/models) |

## Usage

* [ TypeScript ](#tab-panel-1)
* [ cURL ](#tab-panel-2)

TypeScript

```
const response = await env.AI.run(  '{model}',  {{ prompt: 'A heron' }},)
```

{curl}* [ Output ](#tab-panel-3)
* [ Raw response ](#tab-panel-4)

![A heron](https://example.com/heron.png) 

```
{answer}
```

## Parameters

* [ Input ](#tab-panel-5)
* [ Output ](#tab-panel-6)

{rows}

## API Schemas (Raw)

Input [ ](https://developers.cloudflare.com/ai/models/{model}/schema-input.json "Open")

```json
{{"@type":"TechArticle","url":"{url}"}}
```
"""  # noqa: W291 - the form of the page

CURL = """\
Terminal window

```
curl https://{host}{path} \\  --header "Authorization: Bearer $CLOUDFLARE_API_TOKEN" \\  --header "Content-Type: application/json" \\  --data '{body}'
```

"""  # noqa: E501 - the form of the page

ORDER = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
FORMATS = {"url": "uri"}


def render(facts: Facts) -> str:
    """The page that states the facts; what the form cannot state is left out."""
    endpoint = facts.endpoints[0]
    prompts = {"model": facts.models[0].id, "input": {"prompt": "A heron at dawn"}}
    results = [fact for fact in facts.outputs if fact.path.startswith("result.")]
    rows = [_parameter(fact) for fact in facts.parameters]
    rows += [_output(fact) for fact in results if "." not in fact.path.removeprefix("result.")]
    path = str(endpoint.path).replace("{account_id}", "$CLOUDFLARE_ACCOUNT_ID")
    curl = CURL.format(host=endpoint.host, path=path, body=json.dumps(prompts))
    return PAGE.format(
        title=facts.title,
        status=f" • {facts.status.word.title()}" if facts.status else "",
        model=facts.models[0].id,
        curl=curl if endpoint.path is not UNKNOWN else "",
        answer=json.dumps(example(facts.outputs)),
        rows="\n\n".join(rows),
        url=facts.url,
    )


def _parameter(fact: ParameterFact) -> str:
    required = "required" if fact.required else ""
    default = "" if fact.default is ABSENT else f"default: {_format_value(fact.default)}"
    return _row(fact.name, fact.schema, required + default, fact.note)


def _output(fact: OutputFact) -> str:
    return _row(fact.path.removeprefix("result."), fact.schema, "", "")


def _row(name: str, schema: Schema, marks: str, note: str) -> str:
    kinds = schema.get("type") or _type_of(schema.get("enum", ()))
    kind = kinds if isinstance(kinds, str) else " | ".join(kinds)
    fold = {"object": ("▶", "{}"), "array": ("▶", "\\[\\]")}.get(kind, ("", ""))
    name = name.replace("_", "\\_")
    marks += "".join(f"{word}: {schema[word]}" for word in ORDER if word in schema)
    inner = schema.get("items", {}).get("format", schema.get("format"))
    marks += f"format: {FORMATS[inner]}" if inner in FORMATS else ""
    if "enum" in schema:
        marks += "enum: " + ", ".join(
            _format_value(each).replace("_", "\\_") for each in schema["enum"]
        )
    return f"{fold[0]}{name}{fold[1]}\n\n`{kind}`{marks}{note}"


def _type_of(listed: Sequence[object]) -> str:
    return type_name[type(listed[0])] if listed else "one of"


def _format_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
