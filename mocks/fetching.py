"""The fetch of a picture: what its address leads to, and what goes along that should not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from imagine_harness.contracts.model import Change, Level, Violation
from imagine_harness.contracts.paths import stem
from imagine_harness.contracts.provider import FETCH
from imagine_harness.contracts.secrets.credentials import HIDDEN, of_header
from imagine_harness.contracts.secrets.telling_names import telling
from imagine_harness.mocks.call import Answer, Call, Refusal
from imagine_harness.mocks.wording import worded

if TYPE_CHECKING:
    from imagine_harness.contracts.model import Statement

METHODS = ("GET", "HEAD")
"""How a picture is fetched."""

_UNKNOWN = Refusal(("media-unknown",), status=404)
_EXPIRED = Refusal(("media-expired", "media-unknown"), status=404)


def begin(call: Call) -> Refusal | None:
    """Take a call for a fetch, and note what goes along; None if it can be one."""
    call.operation = FETCH
    if call.method not in METHODS:
        return Refusal(("method-unknown",), {"allowed": ", ".join(METHODS)}, status=405)
    media = call.mock.provider.media
    if media.public and media.statement is not None:
        call.violations += _leaks(call, media.statement)
    return None


async def fetched(call: Call) -> Answer:
    """The stored picture that a call's path ends with; the call belongs to the picture's test."""
    media, name = call.mock.shared.media, stem(call.path)
    found = media.get(name)
    test = found.test if found is not None else media.gone(name)
    if test is not None:
        call.test, call.state = test, call.mock.shared.store.of(test)
    if found is None:
        return call.mock.refuse(call, [worded(call, _UNKNOWN if test is None else _EXPIRED)])
    data = await media.data(found)
    return Answer(data, content_type=found.content_type.encode(), noted=False)


def expired(call: Call) -> Answer:
    """What is said of an address that is no longer good."""
    return call.mock.refuse(call, [worded(call, _EXPIRED)])


def _leaks(call: Call, statement: Statement) -> Iterator[Violation]:
    """A finding for each place of a call that holds a credential; none is shown."""
    for part, name, shown in _places(call):
        pointer = f"/{part}/{name}"
        yield Violation(
            rule=statement.id,
            kind="credential-sent",
            pointer=pointer,
            parameters=(),
            message=f"a credential goes along to {call.mock.provider.media.host}, where anybody "
            "may fetch pictures",
            expected="no credential",
            got=shown,
            source=statement.source,
            certainty=statement.certainty,
            level=Level.WARNING,
            fix=(Change("remove", pointer),),
        )


def _places(call: Call) -> Iterator[tuple[str, str, str]]:
    """Where credentials stand: headers or query, the name, and what may be shown of the value.

    A header that is on record for them is one whatever it holds; any other telling name has to
    hold a key that the provider has taken before, since addresses may be signed.
    """
    mock = call.mock
    documented = mock.provider.credential.headers
    for header, held in call.headers.items():
        name, (scheme, key) = header.decode("latin-1"), of_header(held.decode("latin-1"))
        known = key in mock.keys and telling(name, outside=True)
        if key and (name in documented or known):
            yield "headers", name, f"{scheme} {HIDDEN}".strip()
    for name, value in call.asked.items():
        if value in mock.keys and telling(name, outside=True):
            yield "query", name, HIDDEN
