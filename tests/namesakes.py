"""A project that has packages of its own by the names of our folders."""

from __future__ import annotations

from pathlib import Path

NAMESAKES = ("contracts", "fixtures", "harness", "mocks", "tests")
OWN_TEST = """
import contracts, fixtures, harness, mocks, tests
import imagine_harness

def test_both_are_there(mock_provider):
    assert {each.WHOSE for each in (contracts, fixtures, harness, mocks, tests)} == {"mine"}
    assert mock_provider("fal").base_url.startswith("http://127.0.0.1:")
"""
OWN_CLIENT = """
import json
import urllib.request

import harness, mocks

def images(case):
    return called(case.base_url, case.api_key, case.arguments)

def called(base_url, key, arguments):
    assert harness.WHOSE == mocks.WHOSE == "mine"
    headers = {"Authorization": f"Key {key}", "Content-Type": "application/json"}
    url = f"{base_url}/xai/grok-imagine-image"
    asked = urllib.request.Request(url, json.dumps(arguments).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return [each["url"] for each in json.load(answer)["images"]]

if __name__ == "__main__":
    called("https://fal.run", "id:secret", {"prompt": "a lighthouse"})
"""


def make_project(folder: Path) -> None:
    """Write the packages, a test that uses the plugin, and a client of fal."""
    for name in NAMESAKES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text('WHOSE = "mine"\n', encoding="utf-8")
    (folder / "tests" / "test_own.py").write_text(OWN_TEST, encoding="utf-8")
    (folder / "client.py").write_text(OWN_CLIENT, encoding="utf-8")
