"""What a gateway is told of the providers behind it."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.subjects.gateway import own_key

EXAMPLES = {
    part for name in load.names() for part in load.provider(name).credential.example.split(":")
}


@pytest.mark.parametrize("provider", load.mocked())
def test_a_gateways_own_key_has_the_documented_form_and_holds_no_callers_key(provider: str) -> None:
    credential = load.provider(provider).credential

    own = own_key(credential)

    assert credential.fits(own)
    assert own not in credential.refused
    assert [example for example in EXAMPLES if example in own or own in example] == []
    assert own == own_key(credential)
