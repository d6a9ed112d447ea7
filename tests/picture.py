"""The picture of a failing report in the READMEs; run as a program, it draws it anew.

`python -m tests.picture` from the project's folder writes it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import httpx
from rich.console import Console
from rich.text import Text

from imagine_harness.contracts.loading.load import recorded
from imagine_harness.harness.reports.report import report
from imagine_harness.harness.reports.terminal import render
from imagine_harness.harness.reports.wording import describe
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.suites.attempt import result_of
from imagine_harness.harness.suites.cases.client import items
from imagine_harness.harness.suites.cases.item import chosen
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Case
from imagine_harness.harness.suites.subjects.testbed import Testbed
from imagine_harness.mocks.services.tasks import Mode
from imagine_harness.mocks.settings import Settings

FILE = Path(__file__).parents[1] / "harness" / "suites" / "failing-report.svg"

OPERATION = "fal.generate"
PROMISES = ("client.conforms", "client.forwards", "client.returns[default]")
COMMAND = f"$ imagine-harness check client mine.py::one_image --operation {OPERATION}"
WIDTH = 132

FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""What rich draws by itself, without the fonts that it would have fetched."""


def one_image(case: Case) -> list[str]:
    """A client that is checked."""
    url, key = f"{case.base_url}/xai/grok-imagine-image", f"Key {case.api_key}"
    body = {**case.arguments, "num_images": 1}
    answer = httpx.post(url, json=body, headers={"Authorization": key}, trust_env=False)
    return [image["url"] for image in answer.raise_for_status().json()["images"]]


def results() -> list[Result]:
    """What becomes of a client that asks for one image whatever it is told."""
    provider, _, name = OPERATION.partition(".")
    on_record = recorded(provider)
    operation = on_record.contracts[0].operations[name]
    testbed = Testbed(Settings(seed=1, tasks=Mode.IMMEDIATE))
    found = []
    with testbed.served():
        for item in chosen(items(operation, on_record.provider), PROMISES, OPERATION):
            testbed.restore()
            testbed.read(item.readings)
            found.append(result_of(item, Client(one_image, operation, testbed), examples=5))
    return found


def drawn() -> str:
    """The picture, as SVG."""
    found = results()
    console = Console(record=True, file=StringIO(), width=WIDTH, color_system="truecolor")
    console.print(Text(COMMAND, style="bold"))
    console.print()
    for each in found:
        if each.verdict is PromiseVerdict.BROKEN:
            _tell(console, describe(each))
    made = report("imagine-harness", found, when=datetime(2026, 11, 21, tzinfo=UTC))
    console.print(Text.from_ansi(render(made, width=WIDTH, colours=True, failures=False)))
    svg = console.export_svg(title="check", code_format=FORMAT, unique_id="report")
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def _tell(console: Console, text: str) -> None:
    """A broken promise, without how to see it again in Python, which is long."""
    headline, *lines = text.partition("\n  python:")[0].splitlines()
    console.print(Text(headline, style="bold red"))
    for line in lines:
        label = re.match(r" {2}\S+", line)
        shown = Text(line)
        shown.stylize("cyan", 0, label.end() if label else 0)
        console.print(shown)
    console.print()


def text_of(svg: str) -> list[str]:
    """The lines that an SVG shows."""
    rows: dict[str, str] = {}
    for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        rows[node.get("y", "")] = rows.get(node.get("y", ""), "") + "".join(node.itertext())
    return [row.replace("\xa0", " ").rstrip() for row in rows.values()]


if __name__ == "__main__":
    FILE.write_text(drawn(), encoding="utf-8")
