"""The sample page of each provider with more parameters, each described by one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from imagine_harness.harness.drift import readers
from imagine_harness.harness.drift.facts import ParameterFact
from imagine_harness.harness.drift.page_facts import Facts

FIXTURES = Path(__file__).parents[4] / "fixtures"

Described = tuple[str, str, str]
"""Name, type and description of a parameter."""


def _fal(name: str, kind: str, text: str) -> str:
    word = {"array": "list<string>"}.get(kind, kind)
    return f'<ParamField body="{name}" type="{word}">\n{text}\n</ParamField>\n\n'


def _lumenfall(name: str, kind: str, text: str) -> str:
    return f"{name} {kind} {text}\nT2I\n"


def _uniall(name: str, kind: str, text: str) -> str:
    return f"| `{name}` | {kind} | No | {text.replace('|', '')} |\n"


def _cloudflare(name: str, kind: str, text: str) -> str:
    return f"{name}\n\n`{kind}` {text}\n\n"


def _runware(name: str, kind: str, text: str) -> str:
    return f"### {name}\n\n- **Type**: `{kind}`\n\n{text}\n\n"


ROWS: Mapping[str, tuple[Callable[[str, str, str], str], str]] = {
    "cloudflare": (_cloudflare, "user\n\n`string`"),
    "fal": (_fal, "    ### Output Schema"),
    "lumenfall": (_lumenfall, "prompt string Required."),
    "runware": (_runware, "### [ttl]"),
    "uniall": (_uniall, "| `response_format`| string | No |"),
}
"""How each provider writes a parameter, and before what on its sample page one more is put."""


def page(provider: str, described: Sequence[Described]) -> bytes:
    """The sample page with these parameters, too."""
    edits = tomllib.loads((FIXTURES / "drift" / f"{provider}.toml").read_text(encoding="utf-8"))
    text = (FIXTURES / "pages" / provider / edits["page"]).read_text(encoding="utf-8")
    row, before = ROWS[provider]
    assert before in text
    rows = "".join(row(*each) for each in described)
    changed: str = text.replace(before, f"{rows}{before}", 1)
    return changed.encode()


def facts(provider: str, described: Sequence[Described]) -> Facts:
    """What is read on the page with these parameters."""
    return readers.read(provider, page(provider, described))


def parameters(found: Facts) -> Mapping[str, ParameterFact]:
    """The parameters of the first operation that has each."""
    return {each.name: each for each in reversed(found.parameters)}
