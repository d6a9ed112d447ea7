"""What others rely on, collected from the code: `python -m tests.interface` records it anew."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import orjson
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.rules.types import RULE_TYPES
from imagine_harness.harness.cli import imagine_harness
from imagine_harness.harness.local import ask
from imagine_harness.harness.pytest import plugin, reporting
from imagine_harness.harness.pytest.handle import Handle, MockProviders
from imagine_harness.harness.reports.formats import FORMATS
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.harness.suites.cases import client, gateway, server
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.control.admin import ROUTES
from imagine_harness.mocks.services.journal import as_json

RECORDED = Path(__file__).with_name("interface.json")


def collected() -> dict[str, Any]:
    """Every public name, by what it is a name of."""
    every = {name: load.recorded(name) for name in load.names()}
    app = App(Settings(seed=1))
    return {
        "verbs": dict(_options(imagine_harness, "")),
        "exit codes": {code.name: code.value for code in ExitCode},
        "report formats": sorted(FORMATS),
        "controls": sorted(f"{method} {path}" for path, method, _ in ROUTES),
        "pytest options": _pytest_options(),
        "attributes of handles": _attributes(app),
        "operations": sorted(each.name for one in every.values() for each in one.operations),
        "rules": sorted(
            {
                rule.statement.id
                for one in every.values()
                for operation in one.operations
                for rule in operation.rules
            }
        ),
        "readings": {
            topic: sorted(reading.choices)
            for one in every.values()
            for topic, reading in sorted(one.readings.items())
        },
        "promises": sorted(_promises({name: every[name] for name in load.mocked()})),
        "keys of contract files": sorted(_keys()),
        "keys of a journal's line": sorted(_places(_exchange(app))),
    }


def _options(command: click.Command, name: str) -> Iterator[tuple[str, list[str]]]:
    own = [option for each in command.params for option in each.opts if option.startswith("--")]
    yield name, sorted(own)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for verb in command.list_commands(context):
            below = command.get_command(context, verb)
            assert below is not None
            yield from _options(below, f"{name} {verb}".strip())


def _pytest_options() -> list[str]:
    parser = pytest.Parser(_ispytest=True)
    for each in (plugin, reporting):
        each.pytest_addoption(parser)
    groups = parser._groups
    return sorted(name for group in groups for option in group.options for name in option.names())


def _attributes(app: App) -> dict[str, list[str]]:
    parts = import_module("imagine_harness.harness.pytest.controls")
    held = import_module("imagine_harness.harness.pytest.entries")
    webhooks = import_module("imagine_harness.harness.pytest.webhooks")
    classes: tuple[type, ...] = (
        *(
            Handle,
            MockProviders,
            parts.Faults,
            parts.Tasks,
            parts.TaskHandle,
            held.Entries,
            held.Entry,
        ),
        *(webhooks.Webhooks, webhooks.Receiver, webhooks.Received, type(app.services.clock)),
    )
    return {
        each.__name__: sorted(name for name, _ in inspect.getmembers(each) if name[0] != "_")
        for each in classes
    }


def _promises(every: Mapping[str, Recorded]) -> set[str]:
    found = set()
    for one in every.values():
        chosen = {topic: each.default for topic, each in one.readings.items()}
        found |= {item.promise for _, item in server.items(one, chosen)}
        judged = [each for each in one.operations if each.judged and each.outcome]
        found |= {item.promise for op in judged for item in client.items(op, one.provider)}
        behind = {name: each for name, each in every.items() if name in ("fal", "xai")}
        found |= {item.promise for _, item in gateway.items(one, chosen, behind)}
    return found


def _exchange(app: App) -> dict[str, Any]:
    """A line of the journal, of a call that breaks a rule."""
    ask(app, load.recorded("fal").contracts[0].operations["generate"], {"num_images": 9})
    (exchange,) = app.services.journal
    return as_json(exchange)


def _places(value: object, place: str = "") -> Iterator[str]:
    """Where something stands in a line, but for what is inside bodies and headers."""
    yield place
    if place.endswith((".body", ".headers", ".got", ".fix", ".source")):
        return
    for key, below in value.items() if isinstance(value, dict) else ():
        yield from _places(below, f"{place}.{key}")
    for below in value[:1] if isinstance(value, list) else ():
        yield from _places(below, f"{place}[]")


def _keys() -> set[str]:
    """Every key that the form of contract files knows, wherever it may stand."""
    form = orjson.loads((load.ROOT / "format.schema.json").read_bytes())
    found = {key for made in RULE_TYPES.values() for key in (*(made.needs or ()), *made.takes)}
    todo = [form]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            properties = each.get("properties")
            found |= set(properties) if isinstance(properties, dict) else set()
            todo += each.values()
        elif isinstance(each, list):
            todo += each
    return found


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(collected(), indent=1) + "\n", encoding="utf-8")
