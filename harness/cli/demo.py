"""Start the mocks, drive them, and print what they make of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.harness.demo import Scenario
    from imagine_harness.mocks.app import App


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the mocks.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decide ids and pictures.")
def command(port: int, seed: int) -> int:
    """Start the mocks, drive a small client of every provider, and print the verdicts.

    Exit code 0 when every verdict is the expected one, else 1.
    """
    from imagine_harness.harness import demo
    from imagine_harness.harness.reports.tables import print_table
    from imagine_harness.mocks.app import App, MockError, Settings
    from imagine_harness.mocks.server import serving

    app = App(Settings(seed=seed, speed=20.0))
    try:
        with serving(app, port=port) as address:
            click.echo(f"mocks of {len(app.mocks)} providers on {address} (seed {app.seed})\n")
            rows = [_row(app, address, each) for each in demo.scenarios()]
    except MockError as error:
        raise click.UsageError(str(error)) from error
    print_table([{key: value for key, value in row.items() if key != "ok"} for row in rows])
    _explain(app)
    wrong = sum(not row["ok"] for row in rows)
    click.echo(f"\n{len(rows)} calls, {len(rows) - wrong} verdicts as expected, {wrong} not")
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _row(app: App, address: str, scenario: Scenario) -> dict[str, Any]:
    from imagine_harness.harness.demo import answer
    from imagine_harness.harness.suites.subjects.server import Server

    mock = app.mocks[scenario.provider]
    base = f"{address}/{mock.name}{mock.provider.bases[0].path}"
    operation = mock.judge.recorded.contracts[0].operations[scenario.operation]
    came = answer(Server(base, operation, mock.judge.recorded, mock.judge.readings), scenario.body)
    exchange = _last_exchange(app, operation.id)
    rules = [violation.rule for violation in exchange.verdict.errors]
    expected = [scenario.breaks] if scenario.breaks else []
    ok = rules == expected and came == scenario.answer
    return {
        "provider": scenario.provider,
        "asked for": scenario.asks,
        "status": exchange.response.status,
        "verdict": exchange.verdict.kind,
        "answer": rules[0] if rules else came,
        "expected": "yes" if ok else "NO",
        "ok": ok,
    }


def _last_exchange(app: App, operation: str) -> Exchange:
    """The last call of an operation, behind which its images were asked for."""
    exchanges: list[Exchange] = [*app.services.journal]
    return next(each for each in reversed(exchanges) if each.operation == operation)


def _explain(app: App) -> None:
    caught = app.services.journal.find(verdict="violates")
    if caught:
        _explain_exchange(caught[0])


def _explain_exchange(exchange: Exchange) -> None:
    violation = exchange.verdict.errors[0]
    click.echo(f"\none mistake, explained: {violation.rule}")
    click.echo(f"  sent    {exchange.request.body.decode()}")
    click.echo(f"  broken  {violation.message}")
    click.echo(f"  source  {violation.source} ({violation.certainty})")
    for step in violation.fix:
        click.echo(f"  fix     {json.dumps(step.as_json())}")
    click.echo(f"  answer  {exchange.response.status} {exchange.response.body.decode()}")
    click.echo(f"  more    imagine-harness explain {violation.rule}")
