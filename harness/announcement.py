"""What `serve` says when it begins: where the mocks are, and what clients are to be given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from imagine_harness.harness.network import is_loopback
from imagine_harness.harness.reports.tables import format_field

if TYPE_CHECKING:
    from imagine_harness.harness.intercept.authority import CertificateFiles
    from imagine_harness.mocks.app import App


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is printed.

    Attributes:
        host: what it was told to listen on.
        address: where this machine reaches it.
        others: the addresses by which others do.
        files: whom clients are to trust, None without TLS.
        is_secret: whether the token of the controls is known and not shown.
    """

    app: App
    host: str
    address: str
    others: Sequence[str]
    files: CertificateFiles | None
    is_secret: bool

    def print(self) -> None:
        """Print it."""
        for host in self._exposed():
            click.secho(
                f"WARNING: {host} is not a loopback address, others can reach the mocks",
                fg="yellow",
                err=True,
            )
        for head, rest in self._lines():
            click.echo(format_field(head, rest))
        click.echo(f"imagine-harness ready on {self.address} (seed {self.app.seed})")

    def _exposed(self) -> Iterator[str]:
        if not is_loopback(self.host):
            yield self.host
        public = self.app.public
        if public is not None and not public.is_loopback:
            yield public.host

    def _lines(self) -> Iterator[tuple[str, str]]:
        where = self.app.public.url if self.app.public else self.address
        for name, mock in self.app.mocks.items():
            for base in mock.provider.bases:
                variable = f"{base.variable}=" if base.variable else ""
                yield name, f"{variable}{where}/{name}{base.path}"
            credential = mock.provider.credential
            yield "", f"{credential.variable}={credential.example}"
        for other in () if self.app.public else self.others:
            yield "also on", other
        if self.files is not None:
            yield from _trusted(self.files)
        guard = self.app.guard
        token = "" if self.is_secret or not guard.demanded else f" token {guard.token}"
        yield "admin", f"{where}/__admin/{token}"


def _trusted(files: CertificateFiles) -> Iterator[tuple[str, str]]:
    from imagine_harness.harness.intercept.authority import ADDING, REPLACING

    yield "authority", str(files.alone)
    yield "", f"{REPLACING[0]}={files.instead}"
    yield "", f"{ADDING}={files.beside}"
