"""Draft the contract of a model from its page, or record what its provider answers otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from imagine_harness.harness.cli.common.options import CONTRACTS, options, output_option
from imagine_harness.harness.cli.common.output import write_output
from imagine_harness.harness.results.exit_codes import ExitCode


@click.command("record")
@click.argument("provider")
@click.argument("page")
@output_option()
@click.option(
    "--answers",
    is_flag=True,
    help="PAGE is recorded traffic: print what of the provider's own answers is not on record, as "
    "a patch of its contract.",
)
@click.option("--apply", "apply_", is_flag=True, help="With --answers, change the contract.")
@options(*CONTRACTS)
def command(
    provider: str,
    page: str,
    file: Path | None,
    answers: bool,
    apply_: bool,
    contract_files: tuple[Path, ...],
) -> int:
    """Draft the contract of the model of PAGE, a file or - for standard input.

    What could not be read is listed at the head of the draft, which `imagine-harness serve
    --contract FILE` serves at once. Exit code 3 when the page could not be read.
    """
    from imagine_harness.harness.drift import page_arguments
    from imagine_harness.harness.drift.recording.contract_patch import loaded
    from imagine_harness.harness.drift.recording.draft import draft

    if answers:
        return _answers(provider, page, file, apply_, contract_files)
    if apply_ or contract_files:
        raise click.UsageError("--apply and --contract go with --answers")
    facts, raw = page_arguments.read_page(provider, page)
    text = draft(provider, facts).text(raw, page_arguments.today())
    # A draft that does not load is refused here, rather than by the first command that needs it.
    with loaded(text, provider, "draft.toml"):
        pass
    write_output(text.encode(), file)
    return ExitCode.CLEAN


def _answers(
    provider: str, page: str, file: Path | None, apply_: bool, contract_files: tuple[Path, ...]
) -> int:
    from imagine_harness.contracts.loading.load import names
    from imagine_harness.contracts.lookup import look_up
    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.cli.common.verdicts import all_judges
    from imagine_harness.harness.drift import page_arguments
    from imagine_harness.harness.drift.recording.observations import observed_patch
    from imagine_harness.harness.judging.observations import observations
    from imagine_harness.harness.judging.requests import judged
    from imagine_harness.harness.traffic.files import traffic

    look_up("provider", provider, names(), click.UsageError)
    judges = all_judges(strict=False, readings=(), contract_files=contract_files)
    found = traffic([Path(page)])
    conversation = judged(found.exchanges, judges)
    if not any(
        each.is_real and each.is_known and each.exchange.provider == provider
        for each in conversation
    ):
        why = f"{found.unread[0]}" if found.unread else f"{page}: no call to it is recorded"
        raise ContractError(f"no answer of {provider} itself can be recorded: {why}")
    observed = observations(conversation, provider)
    made = observed_patch(judges[provider].recorded, observed, page_arguments.today())
    if not made.files:
        click.echo(f"imagine-harness: {provider} answers as is on record", err=True)
    if apply_:
        made.write()
    else:
        write_output(made.diff().encode(), file)
    return ExitCode.CLEAN
