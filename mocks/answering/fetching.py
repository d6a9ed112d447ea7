"""The fetch of a picture: what its address leads to."""

from __future__ import annotations

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.paths import stem
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call

UNKNOWN = Refusal(("media-unknown",), status=404)
"""Nothing was ever at an address."""

EXPIRED = Refusal(("media-expired", "media-unknown"), status=404)
"""An address is no longer good."""


def attribute(call: Call) -> None:
    """Have a fetch belong to the test whose picture its path ends with, if it is one's."""
    media, name = call.services.media, stem(call.path)
    medium = media.get(name)
    test = medium.test if medium is not None else media.gone(name)
    if test is not None:
        call.test, call.state = test, call.services.store.of(test)


async def fetched(call: Call) -> Answer | Refusal:
    """The stored picture that a call's path ends with."""
    media, name = call.services.media, stem(call.path)
    medium = media.get(name)
    if medium is None:
        return UNKNOWN if media.gone(name) is None else EXPIRED
    data = await media.data(medium)
    return Answer(data, content_type=medium.content_type.encode(), noted=False)
