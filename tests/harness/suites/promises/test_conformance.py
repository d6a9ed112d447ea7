"""What is said where a subject has asked for nothing."""

from __future__ import annotations

from imagine_harness.contracts.exchange import Exchange, Request, Response
from imagine_harness.harness.suites.promises.conformance import no_request
from imagine_harness.harness.suites.subjects.interaction import Interaction

LOOK = Exchange(Request("GET", "/models", "", {}, b""), Response(status=404), provider="fal")


def test_where_nothing_came_it_is_said_what_the_client_raised() -> None:
    silent = Interaction(error=ValueError("no key is set"))

    assert no_request("fal.generate", silent) == (
        'no request came to fal.generate, it raised "ValueError: no key is set"'
    )


def test_where_something_else_came_it_is_never_said_that_nothing_came() -> None:
    looks = Interaction(upstream=(LOOK,), returned=[])

    assert no_request("fal.generate", looks) == (
        "no request to fal.generate among what came, last GET /fal/models, answered 404; "
        "it returned []"
    )
