"""Start the mocks, drive them, and print what they make of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.harness.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.harness.clients import Connection
    from imagine_harness.harness.scenarios import Scenario
    from imagine_harness.mocks.app import App
    from imagine_harness.mocks.journal import Exchange

PROMPT = "A tin robot watering ferns on a balcony"

EXPLAINED = "fal"
"""The provider whose mistake is explained at the end."""


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the mocks.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decide ids and pictures.")
def command(port: int, seed: int) -> int:
    """Start the mocks, drive a small client of every provider, and print the verdicts.

    Exit code 0 when every verdict is the expected one, else 1.
    """
    from imagine_harness.harness.reports.tables import print_table
    from imagine_harness.harness.scenarios import SCENARIOS
    from imagine_harness.mocks.app import App, MockError, Settings
    from imagine_harness.mocks.server import serving

    app = App(Settings(seed=seed, speed=20.0))
    try:
        with serving(app, port=port) as address:
            click.echo(f"mocks of {len(app.mocks)} providers on {address} (seed {app.seed})\n")
            rows = list(_rows(app, address, SCENARIOS))
    except MockError as error:
        raise click.UsageError(str(error)) from error
    print_table([{key: value for key, value in row.items() if key != "ok"} for row in rows])
    _explain(app)
    wrong = sum(not row["ok"] for row in rows)
    click.echo(f"\n{len(rows)} calls, {len(rows) - wrong} verdicts as expected, {wrong} not")
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _rows(app: App, address: str, scenarios: Iterable[Scenario]) -> Iterable[dict[str, Any]]:
    import httpx

    from imagine_harness.harness.clients import Connection

    with httpx.Client(timeout=30, trust_env=False) as http:
        for scenario in scenarios:
            provider = app.mocks[scenario.provider].provider
            base = address + f"/{provider.name}{provider.bases[0].path}"
            yield _row(app, Connection(http, base, provider.credential.example), scenario)


def _row(app: App, connection: Connection, scenario: Scenario) -> dict[str, Any]:
    from imagine_harness.harness.clients import CLIENTS, Refused

    images: list[bytes] = []
    with suppress(Refused):
        images = CLIENTS[scenario.provider](connection, PROMPT, **scenario.parameters)
    exchange = next(each for each in reversed(list(app.shared.journal)) if each.method == "POST")
    rules = [violation.rule for violation in exchange.errors]
    kept = [_told(data) for data in images] == [_promised(scenario)] * scenario.images
    ok = rules == [scenario.rule] if scenario.rule else not rules and kept
    return {
        "provider": scenario.provider,
        "asked for": scenario.asks,
        "status": exchange.status,
        "verdict": exchange.verdict,
        "answer": rules[0] if rules else f"{len(images)} x {_told(images[0]) if images else ''}",
        "expected": "yes" if ok else "NO",
        "ok": ok,
    }


def _told(data: bytes) -> str:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return f"{image.format} {image.width}x{image.height}"


def _promised(scenario: Scenario) -> str:
    return f"{scenario.format} {scenario.size[0]}x{scenario.size[1]}"


def _explain(app: App) -> None:
    caught = app.shared.journal.find(provider=EXPLAINED, verdict="violates")
    if caught:
        _tell(caught[0])


def _tell(exchange: Exchange) -> None:
    violation = exchange.errors[0]
    click.echo(f"\none mistake, explained: {violation.rule}")
    click.echo(f"  sent    {exchange.body.decode()}")
    click.echo(f"  broken  {violation.message}")
    click.echo(f"  source  {violation.source} ({violation.certainty})")
    for step in violation.fix:
        click.echo(f"  fix     {json.dumps(step.as_json())}")
    click.echo(f"  answer  {exchange.status} {exchange.answer.decode()}")
    click.echo(f"  more    imagine-harness explain {violation.rule}")
