"""What a test adds to a copy of the project, file by file, as the READMEs tell."""

from __future__ import annotations

import json
from collections.abc import Mapping

REFUSALS: Mapping[str, int] = {
    **dict.fromkeys(("credential-missing", "credential-malformed", "credential-refused"), 401),
    **dict.fromkeys(("route-unknown", "media-unknown"), 404),
    "method-unknown": 405,
    "content-type": 415,
    "body-too-large": 413,
    **dict.fromkeys(("body-empty", "body-malformed", "violation"), 400),
    **dict.fromkeys(("image-broken", "image-format"), 400),
}
"""The status of every refusal that the added provider can make."""

ERROR = """
[[error]]
when    = "{when}"
status  = {status}
message = "{when}: {{message}}"
source  = "manual#Errors"
"""

PROVIDER_TOML = """\
title = "Nimbus"
gates = ["authenticate", "route", "decode", "conform"]
media = { host = "media.nimbus.example", path = "/{name}.{extension}" }

[[base]]
name     = "base_url"
path     = "/v1"
variable = "NIMBUS_BASE_URL"

[hosts]
"api.nimbus.example"   = "/"
"media.nimbus.example" = "/media"

[credential]
header   = "Authorization"
scheme   = "Bearer"
form     = '\\S+'
example  = "mock-key"
refused  = ["invalid"]
variable = "NIMBUS_API_KEY"
source   = "manual#Keys"

[documents.manual]
url  = "https://nimbus.example/manual"
read = 2026-11-21

[[refusal]]
source   = "manual#Errors"
required = ["error"]
[refusal.fields]
error = { type = "string" }
""" + "".join(ERROR.format(when=when, status=status) for when, status in REFUSALS.items())

MODEL_TOML = """\
model    = "cloud-1"
recorded = 2026-11-21

[documents.page]
url  = "https://nimbus.example/cloud-1"
read = 2026-11-21

[sizes]
source = "page#Sizes"
rows   = [[1024, 1024]]
labels = ["1K (1:1)"]

[operation.generate]
method   = "POST"
path     = "/v1/images"
content  = ["application/json"]
source   = "page#Input"
required = ["prompt"]

[operation.generate.parameters]
prompt = { type = "string" }
count  = { type = "integer", minimum = 1, maximum = 4, default = 1 }

[operation.generate.outcome]
count   = "count"
carrier = "url"
size    = {}
source  = "page#Output"
"""

BODIES = '''\
"""Nimbus's answers: the addresses of the images."""

from __future__ import annotations

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call


def pictures(call: Call) -> Answer:
    """The images of an accepted call."""
    return Answer({"images": [image.value for image in call.accepted[0].images]})
'''

ERRORS = '''\
"""Nimbus's refusals: one message."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.call import Call
from imagine_harness.mocks.answer import Wording


def refuse(_call: Call, wordings: Sequence[Wording]) -> object:
    """The first reason."""
    return {"error": wordings[0].message}
'''

DIALECT = '''\
"""How Nimbus speaks."""

from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.nimbus.bodies import pictures
from imagine_harness.mocks.nimbus.errors import refuse

DIALECT = Dialect(refuse=refuse, fulfil={"generate": pictures})
'''

EXCHANGE = {
    "provider": "nimbus",
    "operation": "generate",
    "title": "The call of the page",
    "source": "page#Input",
    "request": {
        "method": "POST",
        "path": "/v1/images",
        "headers": {"Authorization": "Bearer mock-key"},
        "json": {"prompt": "A tin robot"},
    },
    "response": {
        "status": 200,
        "json": {"images": ["https://media.nimbus.example/0.png"]},
    },
}

CHANGES = """\
# What changed at this provider

## 2026-11-21

First recording.
"""

PROVIDER: Mapping[str, str] = {
    "contracts/<provider>/provider.toml": PROVIDER_TOML,
    "contracts/<provider>/<model>.toml": MODEL_TOML,
    "contracts/<provider>/CHANGES.md": CHANGES,
    "mocks/<provider>/bodies.py": BODIES,
    "mocks/<provider>/errors.py": ERRORS,
    "mocks/<provider>/__init__.py": DIALECT,
    "fixtures/exchanges/<provider>/<name>.json": json.dumps(EXCHANGE),
}
"""A whole provider, by the paths that the list names."""

RULE = """
[[operation.generate.rule]]
id     = "ratio-of-two-k"
type   = "requires_when"
when   = { equals = { resolution = ["2k"] } }
groups = ["aspect_ratio"]
source = "page#Input Schema"
"""

PROMISE_WORDS = """
[client.asks-once]
says   = "it asks once for what is answered at once"
why    = "every call is paid for"
broken = "the answer is asked for twice"
"""

PROMISE_CASE = '    yield item("asks-once", "", conformance.asks_once)\n'

PROMISE_CHECK = '''

def asks_once(subject: UpstreamCaller, root: Any) -> None:
    """One call is one request."""
    interaction = subject.call(root)
    count = sum(len(interaction.exchanges_of(each)) for each in subject.calls)
    if count > 1:
        raise Broken(f"{count} requests came for one call", interaction)
'''

PROMISE_BUG = """
[[bug]]
id      = "asked-twice"
on      = "fal.generate"
promise = "client.asks-once"
file    = "fal.py"
old     = 'made = session.ask("POST", session.base_url + path, json=arguments)'
new     = 'made = [session.ask("POST", session.base_url + path, json=arguments) for _ in "ab"][0]'
why     = "the answer is asked for twice"
"""

PROMISE_ROW = "| `client.asks-once` | it asks once for what is answered at once |\n"

FORMAT_MODULE = '''\
"""The report as its counts alone."""

from __future__ import annotations

from imagine_harness.harness.reports.report import Report


def render(report: Report) -> str:
    """One line."""
    return report.summary() + "\\n"
'''

FORMAT_ROW = '        "counts": "one line, for a badge",\n'
