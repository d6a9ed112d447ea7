"""Contract tests and mock providers for image-generation APIs.

One file a verb: its module is imported when it is asked for.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import MappingProxyType

import click

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.results.exit_codes import ExitCode

VERBS = MappingProxyType(
    {
        "serve": "Serve the mocks of all providers on one port.",
        "demo": "Start the mocks, drive them, and print what they make of it.",
        "list": "List providers, models, operations, rules and promises.",
        "explain": "Explain a rule, a reading, an operation or a promise.",
        "export": "Write a provider's OpenAPI 3.1 document.",
        "check": "Check a client against what its provider promises.",
        "run": "Run any command under the harness, and judge what it sends.",
        "judge": "Judge recorded traffic without replaying it.",
        "drift": "Say what moved on a provider's page, what it breaks, and record it.",
        "facts": "Print what is read on a provider's page.",
        "record": "Draft the contract of a model from its page.",
    }
)
"""Verbs and their one line of help; the module of each is `harness.cli.<verb>`."""


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"imagine_harness.harness.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([*VERBS.items()])


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"imagine-harness {version('imagine-harness')}")
    ctx.exit()


@click.group(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def imagine_harness() -> None:
    """Contract tests and mock providers for image-generation APIs.

    Exit codes: 0 clean, 1 findings, 2 usage or environment, 3 could not look.
    """


def command_line(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code."""
    from imagine_harness.contracts.model import ContractError, EngineError

    try:
        done = imagine_harness.main(arguments, prog_name="imagine-harness", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else str(error))
        return ExitCode.USAGE
    except click.ClickException as error:
        _complain(error.format_message())
        return ExitCode.USAGE
    except click.Abort:
        return ExitCode.USAGE
    except (ContractError, EngineError) as error:
        _complain(str(error))
        return ExitCode.UNCHECKED
    except SystemExit:
        # click's answer to a reader that went away, which is no error of ours
        return ExitCode.CLEAN
    return done if isinstance(done, int) else ExitCode.CLEAN


def _complain(message: str) -> None:
    click.echo(f"imagine-harness: {printable(message)}", err=True)


def main() -> None:
    """The console script."""
    sys.exit(command_line())
