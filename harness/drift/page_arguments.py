"""Pages as a command line names them: a file, a folder of files, or standard input."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.drift import readers
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.unreadable import Unreadable

ENDINGS = (".md", ".mdx", ".markdown", ".txt")
"""Endings of the files in a folder that are pages."""


def today() -> date:
    """The day under which something is recorded; tests put another function in its place."""
    return datetime.now(tz=UTC).date()


def check_provider(provider: str) -> None:
    """Refuse a provider whose pages nothing reads.

    Raises:
        click.UsageError: there is no reader for it.
    """
    state = "has pages that can be read"
    look_up("provider", provider, readers.names(), click.UsageError, state=state)


def page_names(pages: tuple[str, ...]) -> list[str]:
    """The names of the pages that are meant, those in folders in order.

    Raises:
        ContractError: a folder has no page in it.
    """
    names: list[str] = []
    for page in pages:
        if page != "-" and Path(page).is_dir():
            found = sorted(f for f in Path(page).rglob("*") if f.suffix in ENDINGS and f.is_file())
            if not found:
                raise ContractError(f"{page}: no page in it, expected files {', '.join(ENDINGS)}")
            names += map(str, found)
        else:
            names.append(page)
    return names


def page_bytes(page: str) -> bytes:
    """The bytes of a page: of a file, or of standard input for `-`.

    Raises:
        OSError: it cannot be read.
    """
    return sys.stdin.buffer.read() if page == "-" else Path(page).read_bytes()


def read_page(provider: str, page: str) -> tuple[Facts, bytes]:
    """The facts of a page, and its bytes.

    Raises:
        click.UsageError: there is no reader for the provider.
        ContractError: the page cannot be read.
    """
    check_provider(provider)
    try:
        raw = page_bytes(page)
        return readers.read(provider, raw), raw
    except OSError as error:
        raise ContractError(f"{page}: cannot be read: {error.strerror}") from error
    except Unreadable as error:
        raise ContractError(f"{page}: could not be read: {error}") from error
