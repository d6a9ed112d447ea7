"""TLS for what is served on this machine, by an authority that lives no longer than that."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from imagine_harness.harness.intercept.authority import Authority, CertificateFiles
from imagine_harness.harness.watchdog import folder_watchdog
from imagine_harness.mocks.errors import MockError

LIFETIME = timedelta(days=397)
"""How long a certificate is good for: the longest that every client takes."""

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Secured:
    """How a server speaks TLS, and whom its clients are to trust.

    Attributes:
        files: of certificates; they are gone with the server.
    """

    context: ssl.SSLContext
    files: CertificateFiles


@contextmanager
def securing(names: Iterable[str]) -> Iterator[Secured]:
    """An authority for the length of a `with` block, and a certificate of it.

    `names` are hosts and addresses by which the server is reached, beside those that every
    machine has for itself.

    Raises:
        MockError: one of them is none that a certificate can say.
    """
    with (
        tempfile.TemporaryDirectory(prefix="imagine-harness-") as folder,
        folder_watchdog(Path(folder)),
    ):
        authority = Authority(Path(folder))
        all_names = dict.fromkeys((*THIS_MACHINE, *names))
        try:
            context = authority.context(*all_names, lifetime=LIFETIME)
        except ValueError as error:
            raise MockError(f"tls: no certificate can be made for a name: {error}") from error
        yield Secured(context, authority.files(os.environ))
