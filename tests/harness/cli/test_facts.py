"""The verb `facts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

PAGES = Path(__file__).parents[3] / "fixtures" / "pages"


def test_json_holds_every_fact_with_its_section(cli: Run) -> None:
    done = cli("facts", "runware", PAGES / "runware" / "grok-imagine-image.md", "--format", "json")

    facts = json.loads(done.out)
    assert done.code == 0
    assert facts["models"][0]["id"] == "xai:grok-imagine@image"
    quality = next(p for p in facts["parameters"] if p["name"] == "outputQuality")
    assert quality["schema"] == {"type": "integer", "minimum": 20, "maximum": 99}
    assert quality["default"] == 95
    assert quality["section"] == "Request Parameters > outputQuality"
    assert facts["endpoints"][0]["path"] == "unknown"
    assert len(facts["sizes"]) == 13
    assert "default" not in next(p for p in facts["parameters"] if p["name"] == "width")


def test_text_has_a_line_for_each_fact(cli: Run) -> None:
    done = cli("facts", "fal", PAGES / "fal" / "grok-imagine-image.md")

    assert done.code == 0
    assert "parameter generate.prompt: {" in done.out
    assert "endpoint edit: POST https://fal.run/xai/grok-imagine-image/edit\n" in done.out


def test_what_is_no_page_could_not_be_read(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("<html></html>", encoding="utf-8")

    done = cli("facts", "fal", file)

    assert (done.code, done.out) == (3, "")
    assert done.err == (
        f"imagine-harness: {file}: could not be read: HTML, expected the page as Markdown or text\n"
    )
    assert cli("facts", "fal", tmp_path / "none.md").code == 3
    assert cli("facts", "nobody", file).code == 2
