"""List providers, models, operations, rules, readings and promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.harness.cli.common.arguments import on_record
from imagine_harness.harness.cli.common.options import CONTRACTS, options
from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.contracts.catalog import Catalog


@click.command("list")
@click.argument("provider", required=False)
@options(
    *CONTRACTS,
    click.option("--readings", "show_readings", is_flag=True, help="List readings instead."),
    click.option("--promises", "show_promises", is_flag=True, help="List promises instead."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)
def command(
    provider: str | None, show_readings: bool, show_promises: bool, as_json: bool, **chosen: Any
) -> int:
    """List providers, models, operations and the number of rules; of PROVIDER, every rule.

    Promises are what `check` tries a client, a server or a gateway in; of PROVIDER, those that
    apply to its operations.
    """
    if show_readings and show_promises:
        raise click.UsageError("--readings and --promises list different things, expected one")
    catalog = on_record(providers=(provider,) if provider else (), **chosen)
    if show_promises:
        rows = list(_promises(catalog if provider else None))
    elif show_readings:
        rows = list(_readings(catalog))
    elif provider:
        rows = list(_rules(catalog))
    else:
        rows = list(_operations(catalog))
    _print(rows, as_json=as_json)
    return ExitCode.CLEAN


def _operations(catalog: Catalog) -> Iterable[dict[str, Any]]:
    for name, recorded in catalog.recorded.items():
        for operation in recorded.operations:
            yield {
                "operation": operation.name,
                "model": ", ".join(operation.models),
                "call": f"{operation.method} {operation.path}",
                "parameters": len(operation.parameters),
                "rules": len(operation.rules),
                "mock": "served" if recorded.provider.mocked else "no mock",
                "recorded": operation.statement.source.document.read.isoformat(),
                "provider": name,
            }


def _rules(catalog: Catalog) -> Iterable[dict[str, Any]]:
    for rule in (rule for operation in catalog.operations for rule in operation.rules):
        stated = rule.statement
        yield {
            "rule": stated.id,
            "type": rule.kind,
            "certainty": str(stated.certainty),
            "reading": f"{stated.reading}={stated.choice}" if stated.reading else "",
            "section": f"{stated.source.document.id}#{stated.source.section}",
        }


def _readings(catalog: Catalog) -> Iterable[dict[str, Any]]:
    for key, reading in sorted(catalog.readings.items()):
        yield {
            "reading": key,
            "choices": ", ".join(reading.choices),
            "default": reading.default,
            "strict": reading.strict or "",
            "note": reading.note,
        }


def _promises(catalog: Catalog | None) -> Iterable[dict[str, Any]]:
    """All promises; with a catalog those that are tried at what is on it."""
    from imagine_harness.harness.suites.registry import PROMISES

    tried = set(PROMISES)
    if catalog is not None:
        from imagine_harness.harness.suites.cases.catalog import cases

        tried = {item.promise for _, item in cases(catalog)}
    for each in PROMISES.values():
        if each.id in tried:
            yield {"promise": each.id, "basis": each.basis, "says": each.says}


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        import orjson

        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    from imagine_harness.harness.reports.tables import print_table

    print_table([{k: v for k, v in row.items() if k != "provider"} for row in rows])
