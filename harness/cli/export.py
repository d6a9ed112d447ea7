"""Write a provider's OpenAPI 3.1 document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from imagine_harness.harness.cli.common.arguments import on_record
from imagine_harness.harness.cli.common.options import CONTRACTS, READINGS, options, output_option
from imagine_harness.harness.cli.common.output import write_output
from imagine_harness.harness.results.exit_codes import ExitCode


@click.command("export")
@click.argument("provider")
@options(
    *READINGS,
    *CONTRACTS,
    output_option(),
)
def command(provider: str, file: Path | None, **chosen: Any) -> int:
    """Write PROVIDER's OpenAPI 3.1 document, rules across parameters included.

    It describes the readings in force; every constraint carries its source and certainty.
    """
    import orjson

    from imagine_harness.contracts.openapi.document import document

    catalog = on_record(providers=(provider,), **chosen)
    text = orjson.dumps(
        document(catalog.recorded[provider], catalog.choices),
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )
    write_output(text, file)
    return ExitCode.CLEAN
