"""The fetch of a picture: how it is asked for, and what goes along that should not."""

from __future__ import annotations

from collections.abc import Container, Iterator

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.model import Change, Level, Statement, Violation
from imagine_harness.contracts.provider import FETCH, Provider
from imagine_harness.contracts.secrets.credentials import HIDDEN, of_header
from imagine_harness.contracts.secrets.telling_names import telling

METHODS = ("GET", "HEAD")
"""How a picture is fetched."""


def begin(judgement: Judgement, provider: Provider, keys: Container[str]) -> Refusal | None:
    """Take a call for a fetch, and note what goes along; None if it can be one.

    `keys` are those that the provider has taken.
    """
    judgement.operation = FETCH
    if judgement.request.method not in METHODS:
        return Refusal(("method-unknown",), {"allowed": ", ".join(METHODS)}, status=405)
    media = provider.media
    if media.public and media.statement is not None:
        leaks = _leaks(judgement.request, media.statement, provider, keys)
        judgement.verdict.violations += leaks
    return None


def _leaks(
    request: Request, statement: Statement, provider: Provider, keys: Container[str]
) -> Iterator[Violation]:
    """A finding for each place of a call that holds a credential; none is shown."""
    for part, name, shown in _places(request, provider, keys):
        pointer = f"/{part}/{name}"
        yield Violation(
            rule=statement.id,
            kind="credential-sent",
            pointer=pointer,
            parameters=(),
            message=f"a credential goes along to {provider.media.host}, where anybody "
            "may fetch pictures",
            expected="no credential",
            got=shown,
            source=statement.source,
            certainty=statement.certainty,
            level=Level.WARNING,
            fix=(Change("remove", pointer),),
        )


def _places(
    request: Request, provider: Provider, keys: Container[str]
) -> Iterator[tuple[str, str, str]]:
    """Where credentials stand: headers or query, the name, and what may be shown of the value.

    A header that is on record for them is one whatever it holds; any other telling name has to
    hold a key that the provider has taken before, since addresses may be signed.
    """
    documented = provider.credential.headers
    for header, held in request.headers.items():
        name, (scheme, key) = header.decode("latin-1"), of_header(held.decode("latin-1"))
        known = key in keys and telling(name, outside=True)
        if key and (name in documented or known):
            yield "headers", name, f"{scheme} {HIDDEN}".strip()
    for name, value in request.parameters.items():
        if value in keys and telling(name, outside=True):
            yield "query", name, HIDDEN
